"""登记簿 as files: the columns of each register, reading a file, checking its rows, writing one out."""
