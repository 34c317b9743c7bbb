"""上传: files on their way in, the tray where they wait, what is made of them to play, and the watch over kept bytes."""
