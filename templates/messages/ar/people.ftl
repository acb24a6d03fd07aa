# One person, page by page, and changes to many.
field-slug = الاسم المختصر
choose = اختر…
users-team = الفريق
user-is-suspended = هذا الشخص موقوف: لا يمكنه تسجيل الدخول، ولا تعمل مفاتيحه.
user-is-deleted = هذا الشخص في سلة المحذوفات. ويمكن استعادته إلى أن تُفرَّغ.
user-is-invited = لم ينضم هذا الشخص بعد.
user-tabs = صفحات هذا الشخص
user-tab-profile = الملف الشخصي
user-tab-roles = الأدوار
user-tab-teams = الفرق
user-tab-sessions = الجلسات
user-tab-permissions = الأذونات
user-tab-keys = مفاتيح API
user-roles-own = الأدوار التي يحملها هذا الشخص
user-roles-by-team = الأدوار من خلال الفرق
user-permissions-empty = لا توجد أذونات
user-permissions-empty-text = لا يمنح أي دور هذا الشخص شيئًا: لا يُسمح له إلا بتسجيل الدخول إلى التطبيقات.
user-permission = الإذن
user-permission-from = المصدر
user-permission-by-team = { $role } من خلال الفريق { $team }
user-sessions-empty = غير مسجَّل الدخول في أي مكان
user-sessions-empty-text = تبدأ الجلسة عندما يسجل هذا الشخص الدخول في متصفح.
user-session-program = البرنامج
user-session-address = العنوان
user-session-began = وقت تسجيل الدخول
user-session-seen = آخر نشاط
user-session-ends = تاريخ الانتهاء
user-session-end = إنهاء الجلسة
done-user-session = انتهت الجلسة ورموزها المميزة.
user-teams-empty = ليس في أي فريق
user-teams-empty-text = يمنح الفريق أدواره لجميع أعضائه دفعة واحدة.
user-team-leave = إخراج
user-team-join = إضافة إلى فريق
user-team-join-which = الفريق
user-team-choose = اختر فريقًا.
users-bulk-label = تغيير عدة أشخاص دفعة واحدة
users-bulk-action = الأشخاص المحدَّدون
users-bulk-role = الدور
users-bulk-any-role = لا شيء
users-bulk-everybody = كل من يطابق عوامل التصفية، في جميع الصفحات
users-bulk-preview = معاينة
users-bulk-select = تحديد
users-bulk-select-one = تحديد { $name }
users-bulk-nobody = لم يُحدَّد أحد. ارجع وحدّد الأشخاص المعنيين.
users-bulk-no-role = لم يُختر أي دور. ارجع واختر الدور المراد منحه أو سحبه.
users-bulk-suspend = إيقاف
users-bulk-suspend-effect = يُنهي جميع جلسات هؤلاء الأشخاص ورموزهم المميزة ومفاتيحهم خلال ثانية. ولا يمكنهم تسجيل الدخول إلى أن يُنشَّطوا مجددًا.
users-bulk-resume = تنشيط
users-bulk-resume-effect = يمكن لهؤلاء الأشخاص تسجيل الدخول مرة أخرى. وتعود مفاتيحهم إلى العمل أيضًا.
users-bulk-assign-role = منح دور
users-bulk-assign-role-effect = يحمل هؤلاء الأشخاص الدور { $role } من الآن فصاعدًا.
users-bulk-withdraw-role = سحب دور
users-bulk-withdraw-role-effect = يفقد هؤلاء الأشخاص الدور { $role }. ويبقى ما يمنحهم إياه الفريق.
users-bulk-delete = حذف
users-bulk-delete-effect = ينقل هؤلاء الأشخاص إلى سلة المحذوفات ويُنهي جلساتهم ورموزهم المميزة ومفاتيحهم. ويمكن استعادتهم خلال 7 أيام.
users-bulk-changed = { $count ->
    [0] لن يتغير أحد.
    [one] سيتغير شخص واحد.
    [two] سيتغير شخصان.
    [few] سيتغير { $count } أشخاص.
    [many] سيتغير { $count } شخصًا.
   *[other] سيتغير { $count } شخص.
}
users-bulk-matched = { $count ->
    [zero] لا أحد معني.
    [one] شخص واحد معني.
    [two] شخصان معنيان.
    [few] { $count } أشخاص معنيون.
    [many] { $count } شخصًا معنيًا.
   *[other] { $count } شخص معني.
}
users-bulk-unchanged = { $count ->
    [zero] لا أحد على هذه الحال.
    [one] شخص واحد على هذه الحال بالفعل.
    [two] شخصان على هذه الحال بالفعل.
    [few] { $count } أشخاص على هذه الحال بالفعل.
    [many] { $count } شخصًا على هذه الحال بالفعل.
   *[other] { $count } شخص على هذه الحال بالفعل.
}
users-bulk-refused = { $count ->
    [zero] لا أحد يُسمح له بأكثر مما يُسمح لك به.
    [one] شخص واحد يُسمح له بأكثر مما يُسمح لك به، أو هو أنت، ويبقى كما هو.
    [two] شخصان يُسمح لهما بأكثر مما يُسمح لك به، أو أحدهما أنت، ويبقيان كما هما.
    [few] { $count } أشخاص يُسمح لهم بأكثر مما يُسمح لك به، أو أنت أحدهم، ويبقون كما هم.
    [many] { $count } شخصًا يُسمح لهم بأكثر مما يُسمح لك به، أو أنت أحدهم، ويبقون كما هم.
   *[other] { $count } شخص يُسمح لهم بأكثر مما يُسمح لك به، أو أنت أحدهم، ويبقون كما هم.
}
users-bulk-not-found = { $count ->
    [zero] الجميع موجودون هنا.
    [one] شخص واحد لم يعد موجودًا هنا.
    [two] شخصان لم يعودا موجودين هنا.
    [few] { $count } أشخاص لم يعودوا موجودين هنا.
    [many] { $count } شخصًا لم يعودوا موجودين هنا.
   *[other] { $count } شخص لم يعودوا موجودين هنا.
}
done-users-bulk = تغيّر: { $changed }. بقي كما كان: { $kept }.
user-tab-activity = النشاط
user-activity-empty = لم يحدث شيء بعد
user-activity-empty-text = سيظهر هنا ما يفعله هذا الشخص وما يُفعل بحسابه.
