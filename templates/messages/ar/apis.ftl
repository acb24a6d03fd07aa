# APIs, for which tokens are given.
nav-apis = واجهات API
apis-heading = واجهات API
apis-status = الحالة
apis-new = API جديدة
apis-empty = لا توجد واجهات API بعد
apis-empty-text = سجّل API لمنح أذوناتها للأدوار، وإصدار رموز مميزة صالحة لها وحدها.
api-status-active = نشطة
api-status-disabled = معطَّلة
api-audience = الجمهور المستهدف
api-audience-hint = معرّف URI يسمّي الـ API: يرد في رموزها المميزة ولا يتغير أبدًا.
api-permissions = الأذونات
api-permissions-hint = الأذونات التي تعرفها الـ API، واحد في كل سطر، مثل reports:read.
api-lifetime = مدة صلاحية رموز الوصول بالثواني
api-algorithm = توقيع رموز الوصول
api-algorithm-usual = كما في بقية الأماكن
api-not-a-number = أدخل عدد ثوانٍ من دون كسور، أو اترك الحقل فارغًا.
api-count = { $count ->
    [zero] لا أذونات
    [one] إذن واحد
    [two] إذنان
    [few] { $count } أذونات
    [many] { $count } إذنًا
   *[other] { $count } إذن
}
api-create = تسجيل API
api-disable = تعطيل
api-disable-effect = لا تُصدر رموز مميزة لهذه الـ API إلى أن تُفعَّل مجددًا. وتبقى الرموز التي صدرت صالحة حتى انتهائها.
api-enable = تفعيل
api-enable-effect = تُصدر رموز مميزة لهذه الـ API من جديد.
api-delete = حذف API
api-delete-effect = لا تُصدر رموز مميزة لهذه الـ API بعد الآن، وتُزال أذوناتها من القائمة التي تُبنى منها الأدوار. لا يمكن التراجع عن هذا الإجراء.
done-api-disable = تم التعطيل.
done-api-enable = تم التفعيل.
