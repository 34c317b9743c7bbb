"""查阅案卷: the party asks to read its own file; a handler prepares the list, a head answers, every reading is noted."""
