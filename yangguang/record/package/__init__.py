"""案卷包: a case file that proves itself, without this program and without this installation."""
