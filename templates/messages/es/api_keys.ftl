nav-access = Acceso
nav-api-keys = Claves de API
keys-heading = Claves de API
keys-own-heading = Mis claves de API
keys-own-text = Claves que actúan por usted: con sus permisos como máximo, y no más tiempo que su cuenta.
keys-search = El nombre empieza por
keys-status = Estado
keys-empty = Todavía no hay claves de API
keys-empty-text = Una clave permite que un programa llame a una API. Cree una para cada programa y cada lugar donde se ejecuta.
key-status-active = Activa
key-status-expired = Caducada
key-status-disabled = Desactivada
key-status-revoked = Revocada
key-health-operational = Operativa
key-health-operational-advice = No hay nada que hacer.
key-health-revoked = Revocada
key-health-revoked-advice = La clave no volverá a funcionar. Cree una nueva si algún programa todavía la necesita.
key-health-expired = Caducada
key-health-expired-advice = La clave ha caducado y se rechaza. Dele abajo un nuevo vencimiento o revóquela.
key-health-disabled = Desactivada
key-health-disabled-advice = La clave se rechaza hasta que alguien la active.
key-health-exposed = Expuesta
key-health-exposed-advice = El secreto se ha visto donde no debería haber ninguno. Rote la clave sin periodo de gracia o revóquela.
key-health-spike = Aumento repentino
key-health-spike-advice = La clave se usa mucho más de lo habitual. Compruebe de dónde vienen sus solicitudes. Si no es usted, rótela sin periodo de gracia.
key-health-new-network = Red nueva
key-health-new-network-advice = En el último día la clave se usó por primera vez desde una red. Si ningún programa suyo se ejecuta allí, rote la clave y limite sus direcciones.
key-health-rate-limited = Límite alcanzado
key-health-rate-limited-advice = Algunas solicitudes con la clave tuvieron que esperar. Haga que el programa pida menos a menudo o dé a la clave un límite mayor.
key-health-expires-soon = Caduca pronto
key-health-expires-soon-advice = La clave caduca en menos de dos semanas. Rótela o dele un nuevo vencimiento antes de que fallen programas.
key-health-unused-90-days = Sin usar desde hace 90 días
key-health-unused-90-days-advice = Nada ha usado esta clave desde hace 90 días. Revóquela si nada la necesita.
key-why-by-owner = Lo hizo su propietario.
key-why-by-administrator = Lo hizo un administrador.
key-why-owner-deleted = Su propietario fue eliminado.
key-why-exposed = Su secreto se encontró donde otros pueden leerlo.
key-why-spike = Su uso creció de pronto.
keys-health = Condición
keys-health-explained = Qué significan las condiciones y qué hacer
keys-activity = Últimas 36 horas
keys-download-csv = Exportar como CSV
keys-download-jsonl = Exportar como JSONL
keys-bulk-label = Cambiar varias claves a la vez
keys-bulk-action = Claves seleccionadas
keys-bulk-everything = Todas las claves que cumplen los filtros, en todas las páginas
keys-bulk-none = No hay ninguna clave seleccionada. Vuelva atrás y marque las que correspondan.
keys-bulk-disable = Desactivar claves
keys-bulk-disable-effect = Estas claves se rechazan en todas partes en menos de un segundo. Se pueden volver a activar.
keys-bulk-enable = Activar claves
keys-bulk-enable-effect = Estas claves vuelven a funcionar.
keys-bulk-revoke = Revocar claves
keys-bulk-revoke-effect = Estas claves se rechazan en todas partes en menos de un segundo, igual que los tokens por los que se canjearon. No se puede deshacer.
keys-bulk-changed = { $count ->
    [one] Se cambiará { $count } clave.
   *[other] Se cambiarán { $count } claves.
}
keys-bulk-matched = { $count ->
    [one] Se trata de { $count } clave.
   *[other] Se trata de { $count } claves.
}
keys-bulk-unchanged = { $count ->
    [one] { $count } ya está así o fue revocada.
   *[other] { $count } ya están así o fueron revocadas.
}
keys-bulk-refused = { $count ->
    [one] { $count } puede hacer más que usted o necesita un administrador, y queda como está.
   *[other] { $count } pueden hacer más que usted o necesitan un administrador, y quedan como están.
}
keys-bulk-not-found = { $count ->
    [one] { $count } no existe.
   *[other] { $count } no existen.
}
keys-bulk-more = { $count ->
    [one] y { $count } más
   *[other] y { $count } más
}
done-keys-bulk-disable = Desactivadas: { $changed }. Sin cambios: { $kept }.
done-keys-bulk-enable = Activadas: { $changed }. Sin cambios: { $kept }.
done-keys-bulk-revoke = Revocadas: { $changed }. Sin cambios: { $kept }.
key-usage-span = Periodo
key-usage-day = 24 horas
key-usage-week = 7 días
key-usage-month = 30 días
key-usage-quarter = 90 días
key-usage-csv = Exportar como CSV
key-history = Qué se hizo con ella
key-history-none = No se sabe nada.
key-history-all = Todo en el registro de auditoría
key-create = Crear clave de API
key-new-heading = Crear una clave de API
key-secret = Secreto
key-owner = Propietario
key-owner-me = Yo
key-owner-hint = Una cuenta de servicio perdura más que las personas que la crearon. Sus propias claves terminan con su cuenta.
key-last-used = Último uso
key-expires = Caducidad
key-name-hint = El programa y dónde se ejecuta, por ejemplo «Despliegue, preproducción».
key-description = Para qué sirve
key-permission = Permiso
key-level-read-only = Solo lectura
key-level-read-only-text = Puede consultar y llamar, sin cambiar nada.
key-level-read-write = Lectura y escritura
key-level-read-write-text = También puede hacer cambios, pero no en las claves.
key-level-admin = Todo
key-level-admin-text = Puede hacer todo lo que puede su propietario, también gestionar claves.
key-level-scopes = Restringida
key-level-scopes-text = Solo puede hacer lo que se marque abajo.
key-scopes = Permisos de una clave restringida
key-limits = Límites
key-addresses = Direcciones permitidas
key-addresses-hint = Una dirección o red por línea, por ejemplo 192.0.2.0/24. Vacío significa desde cualquier lugar.
key-rate = Solicitudes por minuto
key-rate-hint = Vacío sigue el límite de la organización.
key-rate-unreadable = Introduzca un número entero de solicitudes por minuto.
key-expiry = Caducidad
key-expiry-keep = Sin cambios
key-expiry-custom = En una fecha
key-expiry-on = Fecha
key-expiry-never = Nunca
key-never-confirm = Sé que una clave que nunca caduca funciona hasta que alguien la revoca.
key-never-unconfirmed = Marque la casilla debajo de «Nunca» o elija un vencimiento.
key-day-unreadable = Elija cuándo caduca la clave.
key-days = { $count ->
    [one] { $count } día
   *[other] { $count } días
}
key-made-heading = Clave de API creada
key-rotated-heading = Nuevo secreto
key-secret-once = Copie este secreto ahora. Solo se muestra esta vez y no se puede volver a leer.
key-secret-kept = Lo he copiado
key-try = Probar
key-usage = Uso
key-waiting = A la espera de la primera solicitud
key-waiting-text = Llame a una API con la clave, por ejemplo:
key-networks = Usada desde
key-uses = Últimos usos
key-uses-hint = Los 20 más recientes. Los usos iguales dentro de un minuto comparten una línea.
key-use-agent = Programa
key-use-door = Usada en
key-use-requests = Solicitudes
key-door-verify = Verificación
key-door-forward-auth = Proxy
key-door-api = API de gestión
key-door-session = Inicio de sesión con clave
key-door-token = Intercambio de token
key-door-revocations = Flujo de revocaciones
key-may = Puede en este momento
key-change = Cambiar
key-previous-used = El secreto anterior termina { $ends }. Último uso: { $used }.
key-previous-quiet = El secreto anterior termina { $ends }. Nada lo ha usado desde la rotación.
key-rotate = Rotar
key-rotate-effect = Crea un nuevo secreto para la misma clave. El anterior sigue funcionando durante el tiempo que usted elija, con exactitud de un segundo.
key-grace = El secreto anterior sigue funcionando
key-grace-0 = ningún tiempo más: termina de inmediato
key-grace-900 = 15 minutos
key-grace-3600 = 1 hora
key-grace-21600 = 6 horas
key-grace-86400 = 24 horas
key-grace-604800 = 7 días
key-grace-2592000 = 30 días
key-disable = Desactivar
key-disable-effect = La clave se rechaza en todas partes en menos de un segundo. Se puede volver a activar.
key-enable = Activar
key-enable-effect = La clave vuelve a funcionar.
key-revoke = Revocar
key-revoke-effect = La clave se rechaza en todas partes en menos de un segundo, y también los tokens por los que se canjeó. Esto no se puede deshacer.
key-outcome-allowed = Permitida
key-outcome-rate-limited = Límite de frecuencia superado
key-outcome-permission-denied = Permiso denegado
key-outcome-expired = Caducada
key-outcome-disabled = Desactivada
key-outcome-revoked = Revocada
key-outcome-address-not-allowed = Dirección no permitida
key-outcome-owner-inactive = Propietario suspendido o eliminado
key-outcome-wrong-tenant = De otra organización
key-outcome-wrong-header = Cabecera equivocada
done-key-disable = Clave desactivada. Ningún nodo edge la acepta ya.
done-key-enable = Clave activada.
done-key-revoke = Clave revocada. Ningún nodo edge la acepta ya.
