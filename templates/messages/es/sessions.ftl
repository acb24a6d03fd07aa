# Who is signed in where.
nav-sessions = Sesiones
sessions-heading = Sesiones
sessions-search = Correo o identificador de una persona
sessions-empty = Nadie ha iniciado sesión
sessions-empty-text = Quien inicia sesión aparece aquí hasta que su sesión termina.
session-person = Persona
session-this = Esta
session-address = Desde qué dirección
session-browser = Navegador
session-methods = Sesión iniciada con
session-began = Inicio
session-seen = Última visita
session-ends = Fin
session-end = Terminar sesión
session-end-effect = Cierra la sesión de esta persona en este navegador y termina los tokens que salieron de ella. Puede volver a iniciar sesión.
done-session-end = La sesión ha terminado.
