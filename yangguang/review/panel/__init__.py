"""合议审核: a collegial reviewing body with its members, their votes and the minutes."""
