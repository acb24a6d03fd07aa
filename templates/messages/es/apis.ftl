# APIs, for which tokens are given.
nav-apis = API
apis-heading = API
apis-status = Estado
apis-new = Nueva API
apis-empty = Todavía no hay API
apis-empty-text = Registre una API para dar sus permisos a roles, y tokens que solo valgan para ella.
api-status-active = Activa
api-status-disabled = Desactivada
api-audience = Audiencia
api-audience-hint = Un URI que identifica la API: figura en los tokens destinados a ella y nunca cambia.
api-permissions = Permisos
api-permissions-hint = Lo que la API conoce, un permiso por línea, por ejemplo reports:read.
api-lifetime = Duración de los tokens de acceso en segundos
api-algorithm = Firma de los tokens de acceso
api-algorithm-usual = Como en todas partes
api-not-a-number = Introduzca un número entero de segundos o deje el campo vacío.
api-count = { $count ->
    [one] { $count } permiso
   *[other] { $count } permisos
}
api-create = Registrar API
api-disable = Desactivar
api-disable-effect = No se emiten tokens para esta API hasta que se vuelva a activar. Los tokens ya emitidos valen hasta que terminen.
api-enable = Activar
api-enable-effect = Se vuelven a emitir tokens para esta API.
api-delete = Eliminar API
api-delete-effect = Ya no se emiten tokens para esta API, y sus permisos desaparecen de la lista con la que se componen los roles. Esto no se puede deshacer.
done-api-disable = API desactivada.
done-api-enable = API activada.
