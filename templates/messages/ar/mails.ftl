# رسائل البريد.
mail-reset-subject = اختر كلمة مرور جديدة
mail-reset-why = طلب شخص ما، ربما أنت، كلمة مرور جديدة لعنوان البريد هذا.
mail-reset-open = لاختيار كلمة مرور جديدة لحسابك لدى { $organization }، افتح:
mail-reset-lasts = { $links ->
    [zero] يعمل كل رابط مرة واحدة، ومدة صلاحيته: { $span }.
    [one] يعمل الرابط مرة واحدة، ومدة صلاحيته: { $span }.
    [two] يعمل كل رابط مرة واحدة، ومدة صلاحيته: { $span }.
    [few] يعمل كل رابط مرة واحدة، ومدة صلاحيته: { $span }.
    [many] يعمل كل رابط مرة واحدة، ومدة صلاحيته: { $span }.
   *[other] يعمل كل رابط مرة واحدة، ومدة صلاحيته: { $span }.
}
mail-reset-ignore = إذا لم تطلب ذلك، فتجاهل هذه الرسالة: تبقى كلمة مرورك كما هي.
mail-asked = يطلب منك أحد مسؤولي { $organization } اختيار كلمة مرور جديدة لحسابك. افتح:
mail-asked-lasts = يعمل الرابط مرة واحدة، ومدة صلاحيته: { $span }. وحتى تستخدمه تبقى كلمة مرورك كما هي.
mail-changed-subject = تم تغيير كلمة مرورك
mail-changed = تم تغيير كلمة مرور حسابك لدى { $organization }.
mail-changed-everywhere = تم تغيير كلمة مرور حسابك لدى { $organization }، وتم تسجيل الخروج من جميع الأجهزة.
mail-changed-not-you = إذا لم تكن أنت من فعل ذلك، فاختر كلمة مرور أخرى الآن وأبلغ المسؤول:
mail-invited-subject = لديك دعوة
mail-invited = أنت مدعو للانضمام إلى { $organization }. لاختيار كلمة مرور لحسابك، افتح:
mail-invited-lasts = يعمل الرابط مرة واحدة، ومدة صلاحيته: { $span }.
mail-invited-ignore = إذا كنت لا تعرف سبب هذه الرسالة، فتجاهلها.
mail-key-created-subject = مفتاح API جديد
mail-key-created = أُنشئ مفتاح API في { $organization }:
mail-key-ends = يتوقف عن العمل في { $end }.
mail-key-endless = لا تنتهي صلاحيته من تلقاء نفسه.
mail-key-unexpected = إذا كنت تتوقع ذلك، فلا يلزم أي إجراء. وإلا فألغِ المفتاح وأبلغ أحد مسؤولي { $organization }:
mail-key-rotated-subject = تم تجديد مفتاح API
mail-key-rotated = استُبدل سر مفتاح API في { $organization }:
mail-key-previous = يعمل السر السابق حتى { $end }: زوّد البرامج بالسر الجديد قبل ذلك.
mail-key-previous-ended = لم يعد السر السابق يعمل.
mail-key-exposed-subject = انكشف مفتاح API
mail-key-exposed = عُثر على سر مفتاح API في { $organization } حيث يمكن للآخرين قراءته:
mail-key-exposed-revoked = أُلغي المفتاح فورًا ولن يعمل مرة أخرى. أنشئ مفتاحًا جديدًا وزوّد به البرامج التي كانت تستخدم هذا المفتاح.
mail-key-exposed-disabled = عُطّل المفتاح فورًا كما قررت المؤسسة. أنشئ مفتاحًا جديدًا وزوّد به البرامج التي كانت تستخدم هذا المفتاح. وإذا كان البلاغ خطأً، فيمكن لأحد المسؤولين تفعيل المفتاح مجددًا.
mail-key-exposed-previous = السر المسرّب هو السابق للسر الحالي، وقد أُنهي فورًا. لا يزال السر الحالي يعمل. تأكد من أن كل برنامج يستخدم السر الحالي، وجدّد المفتاح عند الشك.
mail-key-exposed-next = أزِل السر من المكان الذي عُثر عليه فيه: يذكره سجل التدقيق إذا ذكره المبلّغ. ثم راجع ما جرى باستخدام المفتاح:
mail-key-spiked-subject = عُطّل مفتاح API
mail-key-spiked = استُخدم مفتاح API في { $organization } أكثر من المعتاد بكثير، فعُطّل كما قررت المؤسسة:
mail-key-spiked-look = راجع عدد مرات استخدامه ومصدرها:
mail-key-spiked-yours = إذا كنت أنت المستخدم، ففعّله مجددًا:
mail-key-spiked-other = وإلا فقد يكون سره لدى شخص آخر: ألغِه وزوّد برامجك بمفتاح جديد.
mail-key-ending-subject = تنتهي صلاحية مفتاح API قريبًا
mail-key-ending = سيتوقف مفتاح API في { $organization } عن العمل قريبًا:
mail-key-ending-when = المدة المتبقية: { $span }، حتى { $end }.
mail-key-ending-next = أجّل تاريخ انتهائه، أو أنشئ مفتاحًا جديدًا وزوّد به البرامج التي تستخدم هذا المفتاح:
mail-key-ended-subject = انتهت صلاحية مفتاح API
mail-key-ended = توقف مفتاح API في { $organization } عن العمل:
mail-key-ended-when = توقف عن العمل في { $end }.
mail-key-ended-next = إذا كانت البرامج لا تزال تحتاج إليه، فأجّل تاريخ انتهائه أو أنشئ مفتاحًا جديدًا:
