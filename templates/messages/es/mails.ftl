# Correos.
mail-reset-subject = Elija una contraseña nueva
mail-reset-why = Alguien, probablemente usted, pidió una contraseña nueva para esta dirección de correo.
mail-reset-open = Para elegir una contraseña nueva para su cuenta en { $organization }, abra:
mail-reset-lasts = { $links ->
    [one] El enlace funciona una sola vez, durante { $span }.
   *[other] Cada enlace funciona una sola vez, durante { $span }.
}
mail-reset-ignore = Si no lo pidió usted, ignore este correo: su contraseña sigue siendo la misma.
mail-asked = La administración de { $organization } le pide que elija una contraseña nueva para su cuenta. Abra:
mail-asked-lasts = El enlace funciona una sola vez, durante { $span }. Hasta que lo use, su contraseña sigue siendo la misma.
mail-changed-subject = Se cambió su contraseña
mail-changed = Se cambió la contraseña de su cuenta en { $organization }.
mail-changed-everywhere = Se cambió la contraseña de su cuenta en { $organization } y se cerró la sesión en todos los dispositivos.
mail-changed-not-you = Si no fue usted, elija otra contraseña ahora mismo y avise a su administración:
mail-invited-subject = Tiene una invitación
mail-invited = Le invitan a unirse a { $organization }. Para elegir una contraseña para su cuenta, abra:
mail-invited-lasts = El enlace funciona una sola vez, durante { $span }.
mail-invited-ignore = Si no sabe de qué se trata, ignore este correo.
mail-key-created-subject = Una nueva clave de API
mail-key-created = Se creó una clave de API en { $organization }:
mail-key-ends = Deja de funcionar el { $end }.
mail-key-endless = No caduca.
mail-key-unexpected = Si lo esperaba, no hay nada que hacer. Si no, revoque la clave y avise a la administración de { $organization }:
mail-key-rotated-subject = Se renovó una clave de API
mail-key-rotated = Se reemplazó el secreto de una clave de API en { $organization }:
mail-key-previous = El secreto anterior funciona hasta el { $end }: entregue el nuevo a los programas antes de esa fecha.
mail-key-previous-ended = El secreto anterior ya no funciona.
mail-key-exposed-subject = Una clave de API quedó expuesta
mail-key-exposed = Se encontró un secreto de una clave de API en { $organization } donde otros pueden leerlo:
mail-key-exposed-revoked = La clave se revocó de inmediato y no volverá a funcionar. Cree una clave nueva y entréguela a los programas que usaban esta.
mail-key-exposed-disabled = La clave se desactivó de inmediato, como decidió la organización. Cree una clave nueva y entréguela a los programas que usaban esta. Si el aviso fue un error, la administración puede volver a activar la clave.
mail-key-exposed-previous = Lo que se filtró es el secreto anterior al actual; se anuló de inmediato. El secreto actual sigue funcionando. Compruebe que todos los programas tienen el secreto actual y, en caso de duda, renueve la clave.
mail-key-exposed-next = Quite el secreto del lugar donde se encontró: el registro de auditoría lo indica, si se notificó. Después compruebe qué se hizo con la clave:
mail-key-spiked-subject = Se desactivó una clave de API
mail-key-spiked = Una clave de API en { $organization } se usó tanto más de lo habitual que se desactivó, como decidió la organización:
mail-key-spiked-look = Compruebe cuántas veces y desde dónde se usó:
mail-key-spiked-yours = Si fue usted, actívela de nuevo:
mail-key-spiked-other = Si no, quizá otra persona tenga su secreto: revóquela y entregue una clave nueva a sus programas.
mail-key-ending-subject = Una clave de API caduca pronto
mail-key-ending = Una clave de API en { $organization } dejará pronto de funcionar:
mail-key-ending-when = Deja de funcionar dentro de { $span }, el { $end }.
mail-key-ending-next = Póngale una fecha de fin posterior, o cree una clave nueva y entréguela a los programas que usan esta:
mail-key-ended-subject = Una clave de API ha caducado
mail-key-ended = Una clave de API en { $organization } ha dejado de funcionar:
mail-key-ended-when = Dejó de funcionar el { $end }.
mail-key-ended-next = Si aún hay programas que la necesitan, póngale una fecha de fin posterior o cree una nueva:
