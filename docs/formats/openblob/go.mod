module openblob

go 1.21
