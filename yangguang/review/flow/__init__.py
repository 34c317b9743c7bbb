"""本单位审核工作流程: the steps, roles, materials and time limits a body sets for its own reviews, never below its plan."""
