module archive_process

go 1.21
