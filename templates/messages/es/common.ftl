# What every page says.
skip-link = Ir al contenido
error-prefix = Error:
nav-label = Páginas
looking-at = Está viendo { $slug } – salir
user-menu = Menú de { $name }
menu-account = Mi cuenta
menu-console = Consola
menu-switch = Usar otra cuenta
menu-language = Idioma
menu-theme = Colores
menu-save = Guardar
menu-sign-out = Cerrar sesión
theme-system = Como el sistema
theme-light = Claro
theme-dark = Oscuro
recipes = Lo mismo desde el shell
copy = Copiar
copied = Copiado
pager-label = Páginas de la lista
pager-first = Primera página
pager-next = Página siguiente
list-count = { $count ->
    [0] Ninguna entrada
    [one] Una entrada
   *[other] { $count } entradas
}
list-count-more = { $count } entradas en esta página y más en la siguiente
filter-apply = Filtrar
filter-clear = Quitar los filtros
filter-all = Todos
filter-named = { $what } (nombre corto)
picker-search = { $what }: buscar por nombre corto
picker-find = Buscar
picker-first = Abajo figuran los primeros { $count }. Busque para llegar a los demás.
picker-found = { $count ->
    [one] Un nombre corto empieza por «{ $text }».
   *[other] { $count } nombres cortos empiezan por «{ $text }».
}
picker-found-more = Más de { $count } nombres cortos empiezan por «{ $text }». Escriba más del que busca.
picker-none = Ningún nombre corto empieza por «{ $text }».
nothing-matches = Sin resultados
nothing-matches-text = Ninguna entrada corresponde a estos filtros.
cancel = Cancelar
save = Guardar
back = Volver
yes = Sí
no = No
never = Nunca
unknown = Desconocido
identifier = Identificador
created = Creación
changed = Modificación
confirm-heading = Confirme que es usted
confirm-why = Está a punto de cambiar algo, y su último inicio de sesión fue hace tiempo. Introduzca su contraseña para continuar; lo que ha introducido se conserva.
confirm-button = Confirmar
confirm-wrong = Esa no es la contraseña correcta.
confirm-throttled = Demasiados intentos. Vuelva a intentarlo dentro de { $wait }.
field-password = Contraseña
field-email = Correo electrónico
field-name = Nombre
time-now = ahora mismo
time-minutes-ago = { $count ->
    [one] hace { $count } minuto
   *[other] hace { $count } minutos
}
time-hours-ago = { $count ->
    [one] hace { $count } hora
   *[other] hace { $count } horas
}
time-days-ago = { $count ->
    [one] hace { $count } día
   *[other] hace { $count } días
}
time-in-minutes = { $count ->
    [one] dentro de { $count } minuto
   *[other] dentro de { $count } minutos
}
time-in-hours = { $count ->
    [one] dentro de { $count } hora
   *[other] dentro de { $count } horas
}
time-in-days = { $count ->
    [one] dentro de { $count } día
   *[other] dentro de { $count } días
}
done-created = Creación completada.
done-saved = Cambios guardados.
done-deleted = Eliminación completada.
