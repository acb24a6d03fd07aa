# How keys are used.
nav-usage = Uso
usage-heading = Uso
usage-range = Periodo
usage-day = 24 horas
usage-week = 7 días
usage-keys = Solicitudes por clave
usage-empty = No se ha usado ninguna clave en este periodo
usage-empty-text = Las solicitudes con claves de API y claves de firma se cuentan aquí según su resultado.
