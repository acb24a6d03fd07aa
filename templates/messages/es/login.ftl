# The sign-in pages, and what all forms say.
error-summary = Hay un problema
request-id = ID de solicitud:
show = Mostrar
show-password = Mostrar contraseña
password-rule = Al menos { $minimum } caracteres. Cuenta cualquier carácter, también los espacios. Unas pocas palabras sin relación entre sí son fáciles de recordar y difíciles de adivinar; se rechazan las contraseñas comunes y su propio nombre.
span-second = { $count ->
    [one] { $count } segundo
   *[other] { $count } segundos
}
span-minute = { $count ->
    [one] { $count } minuto
   *[other] { $count } minutos
}
span-hour = { $count ->
    [one] { $count } hora
   *[other] { $count } horas
}
span-day = { $count ->
    [one] { $count } día
   *[other] { $count } días
}
login-sign-in = Iniciar sesión
login-sign-out = Cerrar sesión
login-sign-out-named = Cerrar la sesión de { $name }, { $organization }
login-sign-out-all = Cerrar la sesión de todas las cuentas
login-continue = Continuar
login-go-back = Volver
login-back = Volver al inicio de sesión
login-search = Buscar
login-other-account = Usar otra cuenta
login-enter-email = Introduzca su dirección de correo electrónico.
login-forgotten = ¿Ha olvidado su contraseña?
login-start = El inicio de sesión comienza en la aplicación que quiere usar. Ábrala y elija allí iniciar sesión; le traerá de vuelta aquí.
login-signed-out-heading = Su sesión está cerrada
login-signed-out = Puede cerrar esta página, o volver a la aplicación para iniciar sesión de nuevo.
login-nobody-heading = No ha iniciado sesión
login-nobody = Nadie ha iniciado sesión en este navegador. Para iniciar sesión, empiece en la aplicación que quiere usar.
login-accounts-heading = Ha iniciado sesión
login-accounts = Estas cuentas tienen la sesión iniciada en este navegador. Para usar una, empiece en la aplicación que quiere usar.
login-choose-sign-out = Elija una cuenta para cerrar su sesión.
login-account-heading = Elija una cuenta
login-account-gone = Esa cuenta ya no tiene la sesión iniciada. Elija otra.
login-organization-heading = Elija su organización
login-organization-text = { $email } tiene una cuenta en varias organizaciones.
login-organization-find = Buscar una organización
login-organization-none = Ninguna organización tiene «{ $wanted }» en su nombre.
login-organization-all = Mostrar todas las organizaciones
login-organization-choose = Elija una organización.
login-password-heading = Introduzca su contraseña
login-password-wrong = La dirección de correo electrónico o la contraseña no es correcta.
login-enter-password = Introduzca su contraseña.
login-enter-a-password = Introduzca una contraseña.
login-throttled = Demasiados intentos
login-throttled-text = Ha habido demasiados intentos. Para proteger las cuentas, por ahora no se aceptan más. Vuelva a intentarlo dentro de { $wait }.
login-throttled-forgot = Si no recuerda su contraseña, elija una nueva en lugar de adivinar.
login-throttled-reset = Restablecer su contraseña
login-forgot-heading = Contraseña olvidada
login-forgot-text = Introduzca la dirección de correo electrónico de su cuenta. Recibirá un correo con un enlace para elegir una nueva contraseña.
login-forgot-submit = Enviar enlace
login-no-mail = Este servidor no envía correos. Pida a su administrador un enlace para elegir una nueva contraseña.
login-sent-heading = Revise su correo
login-sent = Si existe una cuenta para la dirección indicada, un correo con un enlace está en camino. Puede tardar unos minutos; mire también en la carpeta de correo no deseado.
login-link-ended = Este enlace ya no es válido
login-reset-heading = Elija una nueva contraseña
login-reset-text = Para su cuenta en { $organization }. Se cerrará la sesión en todos los dispositivos que la tengan iniciada.
login-reset-ended = Un enlace para elegir una nueva contraseña sirve una sola vez, durante poco tiempo. Este se ha usado, es demasiado antiguo o está incompleto.
login-reset-again = Obtener un nuevo enlace
login-reset-done-heading = Contraseña cambiada
login-reset-done = Su contraseña se ha cambiado, y se ha cerrado la sesión en todos los dispositivos. Vuelva a la aplicación e inicie sesión con la nueva contraseña.
login-new-password = Nueva contraseña
login-change-password = Cambiar contraseña
login-invitation-heading = Elija una contraseña
login-invitation-text = Ha recibido una invitación para unirse a { $organization }. Con una contraseña propia, su cuenta está lista.
login-invitation-ended-heading = Esta invitación ya no es válida
login-invitation-ended = Una invitación sirve una sola vez, durante siete días. Esta se ha usado, se ha retirado, es demasiado antigua o está incompleta. Pida una nueva a quien le invitó.
login-join = Unirse
login-welcome = Le damos la bienvenida
login-welcome-text = Su cuenta está lista. Abra la aplicación a la que le invitaron e inicie sesión con su nueva contraseña.
login-to-account = Ir a su cuenta
login-setup-heading = Configurar Gridkey
login-setup-text = Esto crea su organización y su primer administrador. El enlace sirve una sola vez.
login-setup-organization = Organización
login-setup-slug = Nombre corto para direcciones web (opcional)
login-setup-slug-hint = Minúsculas, cifras y guiones, por ejemplo acme. Si se deja vacío, se forma a partir del nombre de la organización.
login-setup-slug-taken = Otra organización tiene este nombre corto. Elija uno distinto.
login-setup-name = Su nombre
login-setup-submit = Crear organización
login-setup-ended = Un enlace de configuración sirve una sola vez, durante un tiempo limitado. Este se ha usado, es demasiado antiguo o está incompleto.
login-setup-again = Cree uno nuevo en el servidor:
login-consent-heading = ¿Permitir que { $app } use su cuenta?
login-consent-wants = { $app }, en { $host }, quiere:
login-consent-away = Conserva este acceso durante { $time } como máximo, incluso después de que usted cierre sesión.
login-consent-until = Conserva este acceso hasta que usted cierre sesión, durante { $time } como máximo.
login-consent-allow = Permitir el acceso
login-consent-trust = Permítalo solo si confía en la aplicación. En cualquier caso volverá a ella.
login-consent-choose = Elija si permite el acceso.
login-device-heading = Conectar un dispositivo
login-device-text = Introduzca el código que muestra el programa o el dispositivo.
login-device-compare = Compare este código con el que muestra el programa o el dispositivo. Siga solo si son iguales.
login-device-code = Código
login-device-code-hint = Ocho letras, por ejemplo WDJB-MJHT.
login-device-enter = Introduzca el código.
login-device-wrong = Este código no es correcto, ha caducado o ya se ha usado. Un código sirve una vez, durante diez minutos. Compruébelo, o empiece de nuevo en el programa para obtener otro.
login-device-confirm-heading = ¿Permitir que { $app } use su cuenta?
login-device-wants = { $app }, una aplicación de { $organization }, funciona en otro dispositivo y quiere:
login-device-started = Iniciado { $time } desde { $address }.
login-device-program = El programa se llama { $program }.
login-device-warning = Permítalo solo si lo acaba de iniciar usted. Si alguien le ha enviado el código o un enlace, no lo permita: entraría en su cuenta.
login-device-deny = No permitir
login-device-gone-heading = Este código ya no sirve
login-device-expired = El código ha caducado: sirve durante diez minutos. Empiece de nuevo en el programa para obtener otro.
login-device-used = El código ya se ha usado o se ha retirado. Empiece de nuevo en el programa para obtener otro.
login-device-again = Introducir otro código
login-device-allowed-heading = Su dispositivo está conectado
login-device-allowed = El programa continúa solo en unos segundos. Puede cerrar esta ventana.
login-device-denied-heading = Acceso denegado
login-device-denied = No se ha dejado entrar al programa. Puede cerrar esta ventana.
