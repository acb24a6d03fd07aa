# Roles and what they allow.
nav-roles = الأدوار والأذونات
roles-heading = الأدوار والأذونات
roles-search = الاسم المعرِّف يبدأ بـ
roles-new = دور جديد
roles-empty = لا توجد أدوار
roles-empty-text = الدور قائمة أذونات تحت اسم واحد. يحمل الأدوارَ الأشخاصُ وحسابات الخدمة والفرق.
role-built-in = مُدمج
role-built-in-text = أتى هذا الدور مع المنتج ولا يمكن تغييره. انسخه لإنشاء دور خاص بك.
role-slug = الاسم المعرِّف
role-slug-hint = أحرف لاتينية صغيرة وأرقام وشرطات وشرطات سفلية. يرد في الرموز المميزة ولا يتغير أبدًا.
role-permissions = الأذونات
role-permissions-of-api = من API
role-others = أذونات أخرى
role-others-hint = واحد في كل سطر. تعني * الكل، كما في reports:*؛ ويسمّي الجزء الثالث شيئًا بعينه، كما في reports:read:sales.
role-copy = نسخ
role-create = إنشاء دور
role-count = { $count ->
    [zero] لا أذونات
    [one] إذن واحد
    [two] إذنان
    [few] { $count } أذونات
    [many] { $count } إذنًا
   *[other] { $count } إذن
}
role-holders = من يحمله
role-holders-none = لا أحد يحمل هذا الدور.
role-holder-since = منذ
role-holder-kind = النوع
role-holder-user = شخص
role-holder-service-account = حساب خدمة
role-holder-team = فريق
role-held-by = { $count ->
    [0] لا أحد يحمله
    [one] يحمله واحد
    [two] يحمله اثنان
    [few] عدد حامليه { $count }
    [many] عدد حامليه { $count }
   *[other] عدد حامليه { $count }
}
role-held-by-users = { $count ->
    [one] شخص واحد
    [two] شخصان
    [few] { $count } أشخاص
    [many] { $count } شخصًا
   *[other] { $count } شخص
}
role-held-by-service-accounts = { $count ->
    [one] حساب خدمة واحد
    [two] حسابا خدمة
    [few] { $count } حسابات خدمة
    [many] { $count } حساب خدمة
   *[other] { $count } حساب خدمة
}
role-held-by-teams = { $count ->
    [one] فريق واحد
    [two] فريقان
    [few] { $count } فرق
    [many] { $count } فريقًا
   *[other] { $count } فريق
}
role-delete = حذف الدور
role-delete-effect = يفقد من يحمل هذا الدور ما يتيحه فورًا. لا يمكن التراجع عن هذا الإجراء.
