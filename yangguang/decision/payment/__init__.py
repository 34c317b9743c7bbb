"""缴纳罚款: deferral and instalments, the surcharge, the demand, the application to the court (行政处罚法 art. 66, 72, 73)."""
