"""保管期限: until when a file is kept, what holds it longer, and how it ends: never early, never by one hand, never traceless."""
