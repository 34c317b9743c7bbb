"""办理程序: a case walked step by step as the definition of its act says, whatever the kind of act.

The act of the pack is the whole programme: which step comes next (`ways`), who takes it (`roles`), what it asks for
(`facts`), what it owes (`documents`, `recordings`), what must hold (`gates`) and which clocks it starts (`runs` of the
deadlines).  Nothing here knows a kind of act by name.  The ordinary penalty keeps actions of its own (`decision`).
"""
