# The sign-in pages, and what all forms say.
error-summary = Il y a un problème
request-id = ID de requête :
show = Afficher
show-password = Afficher le mot de passe
password-rule = Au moins { $minimum } caractères. Tous les caractères comptent, les espaces aussi. Quelques mots sans rapport entre eux sont faciles à retenir et difficiles à deviner ; les mots de passe courants et votre propre nom sont refusés.
span-second = { $count ->
    [one] { $count } seconde
   *[other] { $count } secondes
}
span-minute = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
span-hour = { $count ->
    [one] { $count } heure
   *[other] { $count } heures
}
span-day = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}
login-sign-in = Se connecter
login-sign-out = Se déconnecter
login-sign-out-named = Déconnecter { $name }, { $organization }
login-sign-out-all = Déconnecter tous les comptes
login-continue = Continuer
login-go-back = Retour
login-back = Retour à la connexion
login-search = Rechercher
login-other-account = Utiliser un autre compte
login-enter-email = Saisissez votre adresse e-mail.
login-forgotten = Mot de passe oublié ?
login-start = La connexion commence dans l’application que vous voulez utiliser. Ouvrez-la et choisissez-y de vous connecter ; elle vous ramènera ici.
login-signed-out-heading = Vous êtes déconnecté
login-signed-out = Vous pouvez fermer cette page, ou retourner à l’application pour vous reconnecter.
login-nobody-heading = Vous n’êtes pas connecté
login-nobody = Personne n’est connecté dans ce navigateur. Pour vous connecter, partez de l’application que vous voulez utiliser.
login-accounts-heading = Vous êtes connecté
login-accounts = Ces comptes sont connectés dans ce navigateur. Pour en utiliser un, partez de l’application que vous voulez utiliser.
login-choose-sign-out = Choisissez un compte à déconnecter.
login-account-heading = Choisissez un compte
login-account-gone = Ce compte n’est plus connecté. Choisissez-en un autre.
login-organization-heading = Choisissez votre organisation
login-organization-text = { $email } a un compte dans plusieurs organisations.
login-organization-find = Rechercher une organisation
login-organization-none = Aucune organisation n’a « { $wanted } » dans son nom.
login-organization-all = Afficher toutes les organisations
login-organization-choose = Choisissez une organisation.
login-password-heading = Saisissez votre mot de passe
login-password-wrong = L’adresse e-mail ou le mot de passe est incorrect.
login-enter-password = Saisissez votre mot de passe.
login-enter-a-password = Saisissez un mot de passe.
login-throttled = Trop de tentatives
login-throttled-text = Il y a eu trop de tentatives. Pour protéger les comptes, aucune autre n’est acceptée pour l’instant. Réessayez dans { $wait }.
login-throttled-forgot = Si vous ne vous souvenez pas de votre mot de passe, choisissez-en un nouveau au lieu de deviner.
login-throttled-reset = Réinitialiser votre mot de passe
login-forgot-heading = Mot de passe oublié
login-forgot-text = Saisissez l’adresse e-mail de votre compte. Vous recevrez un e-mail avec un lien pour choisir un nouveau mot de passe.
login-forgot-submit = Envoyer le lien
login-no-mail = Ce serveur n’envoie pas d’e-mails. Demandez à votre administrateur un lien pour choisir un nouveau mot de passe.
login-sent-heading = Consultez vos e-mails
login-sent = Si un compte existe pour l’adresse indiquée, un e-mail avec un lien est en route. Cela peut prendre quelques minutes ; regardez aussi dans vos courriers indésirables.
login-link-ended = Ce lien n’est plus valable
login-reset-heading = Choisissez un nouveau mot de passe
login-reset-text = Pour votre compte dans { $organization }. Tous les appareils qui y sont connectés seront déconnectés.
login-reset-ended = Un lien pour choisir un nouveau mot de passe sert une seule fois, pendant peu de temps. Celui-ci a été utilisé, est trop ancien ou est incomplet.
login-reset-again = Obtenir un nouveau lien
login-reset-done-heading = Mot de passe changé
login-reset-done = Votre mot de passe est changé, et tous les appareils ont été déconnectés. Retournez à l’application et connectez-vous avec le nouveau mot de passe.
login-new-password = Nouveau mot de passe
login-change-password = Changer le mot de passe
login-invitation-heading = Choisissez un mot de passe
login-invitation-text = Vous êtes invité à rejoindre { $organization }. Avec un mot de passe à vous, votre compte est prêt.
login-invitation-ended-heading = Cette invitation n’est plus valable
login-invitation-ended = Une invitation sert une seule fois, pendant sept jours. Celle-ci a été utilisée, a été retirée, est trop ancienne ou est incomplète. Demandez-en une nouvelle à la personne qui vous a invité.
login-join = Rejoindre
login-welcome = Bienvenue
login-welcome-text = Votre compte est prêt. Ouvrez l’application à laquelle vous avez été invité et connectez-vous avec votre nouveau mot de passe.
login-to-account = Aller à votre compte
login-setup-heading = Configurer Gridkey
login-setup-text = Ceci crée votre organisation et son premier administrateur. Le lien sert une seule fois.
login-setup-organization = Organisation
login-setup-slug = Nom court pour les adresses web (facultatif)
login-setup-slug-hint = Minuscules, chiffres et traits d’union, par exemple acme. Laissé vide, il est tiré du nom de l’organisation.
login-setup-slug-taken = Une autre organisation a ce nom court. Choisissez-en un autre.
login-setup-name = Votre nom
login-setup-submit = Créer l’organisation
login-setup-ended = Un lien de configuration sert une seule fois, pendant une durée limitée. Celui-ci a été utilisé, est trop ancien ou est incomplet.
login-setup-again = Créez-en un nouveau sur le serveur :
login-consent-heading = Autoriser { $app } à utiliser votre compte ?
login-consent-wants = { $app }, à l’adresse { $host }, souhaite :
login-consent-away = Cet accès dure au maximum { $time }, même après votre déconnexion.
login-consent-until = Cet accès dure jusqu’à votre déconnexion, au maximum { $time }.
login-consent-allow = Autoriser l’accès
login-consent-trust = N’autorisez ceci que si vous faites confiance à l’application. Vous y retournez dans tous les cas.
login-consent-choose = Choisissez d’autoriser ou non l’accès.
login-device-heading = Connecter un appareil
login-device-text = Saisissez le code que le programme ou l’appareil affiche.
login-device-compare = Comparez ce code avec celui que le programme ou l’appareil affiche. Ne continuez que s’ils sont identiques.
login-device-code = Code
login-device-code-hint = Huit lettres, par exemple WDJB-MJHT.
login-device-enter = Saisissez le code.
login-device-wrong = Ce code est faux, a expiré ou a déjà servi. Un code sert une fois, pendant dix minutes. Vérifiez-le, ou recommencez dans le programme pour en obtenir un nouveau.
login-device-confirm-heading = Laisser { $app } utiliser votre compte ?
login-device-wants = { $app }, une application de { $organization }, fonctionne sur un autre appareil et souhaite :
login-device-started = Commencé { $time } depuis { $address }.
login-device-program = Le programme se nomme { $program }.
login-device-warning = N’autorisez que si vous venez de commencer vous-même. Si quelqu’un vous a envoyé le code ou un lien, refusez : cette personne entrerait dans votre compte.
login-device-deny = Ne pas autoriser
login-device-gone-heading = Ce code ne peut plus servir
login-device-expired = Le code a expiré : il sert pendant dix minutes. Recommencez dans le programme pour en obtenir un nouveau.
login-device-used = Le code a déjà servi ou a été retiré. Recommencez dans le programme pour en obtenir un nouveau.
login-device-again = Saisir un autre code
login-device-allowed-heading = Votre appareil est connecté
login-device-allowed = Le programme continue de lui-même dans quelques secondes. Vous pouvez fermer cette fenêtre.
login-device-denied-heading = Accès refusé
login-device-denied = Le programme n’a pas été admis. Vous pouvez fermer cette fenêtre.
