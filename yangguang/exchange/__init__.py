"""信息共享: to and from other systems."""
