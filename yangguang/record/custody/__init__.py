"""保管和调阅: who held which device and which file when, who read what for what, and what left the house by whose leave."""
