"""管辖: a dispute is talked over, put before the common superior and settled; a case goes to whom it belongs."""
