# Roles and what they allow.
nav-roles = Roles y permisos
roles-heading = Roles y permisos
roles-search = El nombre corto empieza por
roles-new = Nuevo rol
roles-empty = Sin roles
roles-empty-text = Un rol es una lista de permisos bajo un nombre. Las personas, las cuentas de servicio y los equipos tienen roles.
role-built-in = Integrado
role-built-in-text = Este rol viene con el producto y no se puede cambiar. Cópielo para crear uno propio.
role-slug = Nombre corto
role-slug-hint = Minúsculas, cifras, guiones y guiones bajos. Figura en los tokens y nunca cambia.
role-permissions = Permisos
role-permissions-of-api = de la API
role-others = Otros permisos
role-others-hint = Uno por línea. Un * los representa todos, como en reports:*; una tercera parte designa un solo objeto, como en reports:read:sales.
role-copy = Copiar
role-create = Crear rol
role-count = { $count ->
    [one] { $count } permiso
   *[other] { $count } permisos
}
role-holders = Quién lo tiene
role-holders-none = Nadie tiene este rol.
role-holder-since = Desde
role-holder-kind = Tipo
role-holder-user = Persona
role-holder-service-account = Cuenta de servicio
role-holder-team = Equipo
role-held-by = { $count ->
    [0] sin asignar
    [one] asignado { $count } vez
   *[other] asignado { $count } veces
}
role-held-by-users = { $count ->
    [one] { $count } persona
   *[other] { $count } personas
}
role-held-by-service-accounts = { $count ->
    [one] { $count } cuenta de servicio
   *[other] { $count } cuentas de servicio
}
role-held-by-teams = { $count ->
    [one] { $count } equipo
   *[other] { $count } equipos
}
role-delete = Eliminar rol
role-delete-effect = Quien tenga este rol pierde de inmediato lo que permite. Esto no se puede deshacer.
