"""移送涉嫌犯罪案件: reported, approved, handed over, answered by the police (行政处罚法 art. 27; 国务院令第730号)."""
