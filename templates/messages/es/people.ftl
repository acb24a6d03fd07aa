# One person, page by page, and changes to many.
field-slug = Nombre corto
choose = Elegir…
users-team = Equipo
user-is-suspended = Esta persona está suspendida: no puede iniciar sesión, y sus claves no funcionan.
user-is-deleted = Esta persona está en la papelera. Se la puede restaurar hasta que se vacíe.
user-is-invited = Esta persona todavía no se ha unido.
user-tabs = Páginas de esta persona
user-tab-profile = Perfil
user-tab-roles = Roles
user-tab-teams = Equipos
user-tab-sessions = Sesiones
user-tab-permissions = Permisos
user-tab-keys = Claves de API
user-roles-own = Roles que esta persona tiene por sí misma
user-roles-by-team = Roles por equipos
user-permissions-empty = Sin permisos
user-permissions-empty-text = Ningún rol da nada a esta persona: solo puede iniciar sesión en aplicaciones.
user-permission = Permiso
user-permission-from = Procede de
user-permission-by-team = { $role } por el equipo { $team }
user-sessions-empty = Sin sesiones iniciadas
user-sessions-empty-text = Una sesión comienza cuando esta persona inicia sesión en un navegador.
user-session-program = Programa
user-session-address = Dirección
user-session-began = Inicio de sesión
user-session-seen = Última visita
user-session-ends = Fin
user-session-end = Terminar sesión
done-user-session = La sesión y sus tokens han terminado.
user-teams-empty = En ningún equipo
user-teams-empty-text = Un equipo da sus roles a todos sus miembros a la vez.
user-team-leave = Quitar
user-team-join = Añadir al equipo
user-team-join-which = Equipo
user-team-choose = Elija un equipo.
users-bulk-label = Cambiar varias personas a la vez
users-bulk-action = Personas seleccionadas
users-bulk-role = Rol
users-bulk-any-role = Ninguno
users-bulk-everybody = Todas las personas que corresponden a los filtros, en todas las páginas
users-bulk-preview = Vista previa
users-bulk-select = Seleccionar
users-bulk-select-one = Seleccionar { $name }
users-bulk-nobody = No se ha seleccionado a nadie. Vuelva atrás y marque las personas correspondientes.
users-bulk-no-role = No se ha elegido ningún rol. Vuelva atrás y elija el rol que se da o se retira.
users-bulk-suspend = Suspender
users-bulk-suspend-effect = Termina en menos de un segundo todas las sesiones, los tokens y las claves de estas personas. No pueden iniciar sesión hasta que se las reactive.
users-bulk-resume = Reactivar
users-bulk-resume-effect = Estas personas pueden volver a iniciar sesión. Sus claves también vuelven a funcionar.
users-bulk-assign-role = Dar un rol
users-bulk-assign-role-effect = Estas personas tienen desde ahora el rol { $role }.
users-bulk-withdraw-role = Retirar un rol
users-bulk-withdraw-role-effect = Estas personas pierden el rol { $role }. Lo que les da un equipo se mantiene.
users-bulk-delete = Eliminar
users-bulk-delete-effect = Mueve a estas personas a la papelera y termina sus sesiones, tokens y claves. Se las puede recuperar durante 7 días.
users-bulk-changed = { $count ->
    [0] No se cambiaría a nadie.
    [one] Se cambiará { $count } persona.
   *[other] Se cambiarán { $count } personas.
}
users-bulk-matched = { $count ->
    [one] Afecta a { $count } persona.
   *[other] Afecta a { $count } personas.
}
users-bulk-unchanged = { $count ->
    [one] { $count } persona ya está así.
   *[other] { $count } personas ya están así.
}
users-bulk-refused = { $count ->
    [one] { $count } persona puede más que usted, o es usted, y queda como está.
   *[other] { $count } personas pueden más que usted, o son usted, y quedan como están.
}
users-bulk-not-found = { $count ->
    [one] { $count } persona ya no está aquí.
   *[other] { $count } personas ya no están aquí.
}
done-users-bulk = Cambiadas: { $changed }. Sin cambios: { $kept }.
user-tab-activity = Actividad
user-activity-empty = Aún no ha ocurrido nada
user-activity-empty-text = Aquí aparecerá lo que haga esta persona y lo que se haga con su cuenta.
