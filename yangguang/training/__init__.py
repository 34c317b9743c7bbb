"""培训考试: plans, sessions, who attended; the question bank, the exam in the browser, and what a certificate stands on."""
