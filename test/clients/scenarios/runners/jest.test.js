import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals"
import { installHooks } from "osseal/testing"
import { defineTests, SEED } from "./cases.js"

defineTests(installHooks({ beforeAll, afterAll, afterEach }, { seed: SEED }), { expect, test })
