"""承办机构意见: what the head of the handling unit says to what goes to review or to the head, under an own account."""
