"""清除留痕原文: two people, on a ground of the body's rules; every proof stays valid."""
