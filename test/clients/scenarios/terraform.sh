#!/bin/bash
# Terraform's backend "oss": a state, its workspaces and another machine that reads it. Prints a line a test, as the Test
# Anything Protocol has it.
set -u
number=0
export ALICLOUD_ACCESS_KEY=$SCENARIO_ACCESS_KEY_ID ALICLOUD_SECRET_KEY=$SCENARIO_ACCESS_KEY_SECRET
export TF_IN_AUTOMATION=1 TF_INPUT=0 CHECKPOINT_DISABLE=1 TF_CLI_ARGS=-no-color

check() {
  number=$((number + 1))
  if "${@:2}"; then echo "ok $number - $1"; else echo "not ok $number - $1"; fi
}

folder() {
  rm -rf "$1" && mkdir "$1" && cd "$1" && cat > main.tf << TF
terraform {
  backend "oss" {
    bucket   = "terraform-scenario"
    prefix   = "team"
    key      = "terraform.tfstate"
    region   = "$SCENARIO_REGION"
    endpoint = "$SCENARIO_OSS_ENDPOINT"
    encrypt  = true
    acl      = "private"
  }
}
variable "greeting" { default = "hello" }
resource "terraform_data" "thing" { input = var.greeting }
output "greeting" { value = terraform_data.thing.output }
TF
}

greets() { [ "$(terraform output -raw greeting)" = "$1" ]; }
refused() { ! output=$("${@:2}" 2>&1) && grep -q "$1" <<< "$output" || { echo "$output"; false; }; }

home=$PWD
folder "$home/one"
check "makes a state" terraform init
check "writes it" terraform apply -auto-approve
check "reads it" greets hello
check "writes it again" terraform apply -auto-approve -var greeting=bye
folder "$home/two"
check "another machine finds it" terraform init
check "another machine reads it" greets bye
check "makes a workspace" terraform workspace new other
check "writes in the workspace" terraform apply -auto-approve -var greeting=other
check "reads the workspace" greets other
check "goes back" terraform workspace select default
check "the first workspace is as it was" greets bye
check "destroys a workspace" terraform workspace delete -force other
check "lists the workspaces" [ "$(terraform workspace list | tr -d ' *\n')" = default ]
check "pulls the state" eval 'terraform state pull | grep -q bye'
check "destroys everything" terraform destroy -auto-approve
folder "$home/three"
export ALICLOUD_SECRET_KEY=wrong
check "is told that its secret is wrong" refused SignatureDoesNotMatch terraform init
