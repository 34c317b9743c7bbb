"""当事人查询: the pages of a party without an account, opened by the code on a document and a second thing only it has."""
