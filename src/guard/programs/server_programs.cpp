// Web, proxy, mail, name and file servers, and what watches them.
#include <array>

#include "base/text.hpp"
#include "guard/effects/files.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/program.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

/// nginx: tests with -t, -T, -v, -V; signals with -s; otherwise starts. -g brings directives.
void judge_nginx(const Call& call) {
  constexpr OptionTable table{"tTqvVh?", "scpgeE", "", ""};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  if (options.unknown) return call.does("shell.unknown-option");
  if (options.has("g") || options.has("p")) call.does("service.definition");
  if (options.has("t") || options.has("T") || options.has("v") || options.has("V") || options.has("h"))
    return;
  call.does("service.change");
}

/// apachectl -S, -t, -M, -l, -L, -v look; -k signals; -D, -C, -c and -f bring settings.
void judge_apache(const Call& call) {
  constexpr OptionTable table{"StMlLvVhX", "kDCcfdeE", "", ""};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  if (options.unknown) return call.does("shell.unknown-option");
  if (options.has("C") || options.has("c")) return call.does("service.definition");
  const std::string_view verb = known_operand(options, 0);
  if (verb == "configtest" || verb == "status" || verb == "fullstatus") return;
  for (const std::string_view name : {"S", "t", "M", "l", "L", "v", "V", "h"})
    if (options.has(name)) return;
  if (call.words.size() > 1 || call.name == "httpd" || call.name == "apache2") call.does("service.change");
}

/// haproxy -c -f FILE and -v look; without them it runs.
void judge_checked_by(const Call& call, std::string_view letters, std::string_view words) {
  if (call.only_help() || any_opaque(call)) return any_opaque(call) ? call.does("service.change") : void();
  for (const char letter : letters)
    if (has_word(call, std::string{'-', letter})) return;
  for (std::string_view rest = words; !rest.empty();) {
    const auto end = std::min(rest.find(' '), rest.size());
    if (has_word(call, rest.substr(0, end))) return;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  call.does("service.change");
}
void judge_haproxy(const Call& call) {
  judge_checked_by(call, "cv", "-vv");
}
/// sshd -t, -T and -V look; otherwise it listens.
void judge_sshd(const Call& call) {
  judge_checked_by(call, "tTVGh", "-tt");
}
void judge_daemon(const Call& call) {
  judge_checked_by(call, "tTvVcCnNh",
                   "-vv --test --check --configtest --config-test --syntax-check check-config validate -N1 "
                   "configtest checkconf --validate --dump-config");
}

constexpr std::array caddy_verbs{
    Verb{"version list-modules validate adapt environ build-info fmt hash-password help manpage", "read"},
    Verb{"start reload run stop trust untrust upgrade add-package respond", "service.change"},
    Verb{"file-server reverse-proxy", "network.serve"},
};
constexpr std::array certbot_verbs{
    Verb{"certificates plugins show_account", "read"},
    Verb{"renew certonly run install enhance update_account register reconfigure", "key.create"},
    Verb{"revoke delete unregister rollback", "key.remove"},
};
constexpr std::array certbot_effects{OptionEffect{
    "pre-hook post-hook deploy-hook renew-hook manual-auth-hook manual-cleanup-hook", Value::code}};
constexpr std::array acme_effects{
    OptionEffect{
        "issue renew renew-all cron install-cert install-cronjob register-account upgrade signcsr createCSR "
        "set-default-ca deploy update-account",
        Value::nothing, "key.create"},
    OptionEffect{"revoke remove deactivate uninstall deactivate-account uninstall-cronjob", Value::nothing,
                 "key.remove"},
    OptionEffect{"reloadcmd pre-hook post-hook renew-hook", Value::code},
};
constexpr std::array varnishadm_verbs{
    Verb{"status ping banner backend.list vcl.list vcl.show param.show ban.list storage.list panic.show pid "
         "help",
         "read"},
    Verb{"ban vcl.load vcl.use vcl.label backend.set_health param.set start vcl.state panic.clear",
         "service.change"},
    Verb{"stop vcl.inline vcl.discard", "service.definition"},
};

/// postconf NAME looks, NAME=VALUE and -e change.
void judge_postconf(const Call& call) {
  constexpr OptionTable table{"aAdefhHlmMnopPqtTvxXFC#", "c", "", ""};
  const Options options = read_loosely(call.words, table);
  bool changes = options.has("e") || options.has("X") || options.has("#");
  for (const Field& operand : options.operands)
    changes = changes || operand.text().contains('=') || operand.splits();
  if (changes) call.does("service.definition");
}

constexpr Program varnishadm_row{
    .names = "varnishadm", .options = {"p", "nSTt", "", ""}, .any_option = true, .verbs = varnishadm_verbs};

/// The command may be one word: varnishadm 'ban req.url ~ /'.
void judge_varnishadm(const Call& call) {
  const Options options = read_loosely(call.words, varnishadm_row.options);
  if (options.operands.empty()) return call.only_help() ? void() : opens_prompt(call);
  Fields words{call.words[0]};
  for (const std::string_view word : base::split(options.operands[0].text(), ' ')) words.emplace_back(word);
  judge_row(varnishadm_row,
            {call.name, options.operands[0].literal() ? words : call.words, call.directory, call.out});
}

constexpr std::array postfix_verbs{
    Verb{"check status", "read"},
    Verb{"start reload flush", "service.change"},
    Verb{"stop abort upgrade-configuration set-permissions", "service.definition"},
};
constexpr std::array postqueue_effects{OptionEffect{"f i s", Value::nothing, "mail.change"}};
constexpr std::array postsuper_effects{OptionEffect{"d", Value::nothing, "mail.remove"},
                                       OptionEffect{"h H r p s e", Value::nothing, "mail.change"}};
constexpr std::array exim_effects{
    OptionEffect{"Mrm Mg MG", Value::nothing, "mail.remove"},
    OptionEffect{"M Mf Mt Mar Meb Mes Mmad Mmd Mset q qf qff R Rf S bd bi", Value::nothing, "mail.change"},
    OptionEffect{"be D C oMr", Value::nothing, "service.definition"},
};
constexpr std::array sendmail_effects{
    OptionEffect{"q", Value::nothing, "mail.change"},
    OptionEffect{"C D O X", Value::nothing, "shell.foreign-code"},
};
constexpr std::array mail_effects{OptionEffect{"a A q", Value::read}};

/// mail TO < TEXT sends; mail alone opens the box.
void judge_mail(const Call& call) {
  if (call.only_help()) return;
  constexpr OptionTable table{"eEHinNvdDlpxy", "saAbcrqStfuFoOM", "header-only",
                              "subject append attach return-address to"};
  const Options options = read_loosely(call.words, table);
  for (const Option& option : options.options)
    for (const OptionEffect& effect : mail_effects)
      if (has_name(effect.names, option.name) && (option.name != "A" || call.name == "mail"))
        reads_file(call, option.value);
  const bool mutt = call.name == "mutt" || call.name == "neomutt";
  if (options.has("exec") || (mutt && options.has("e")))
    return call.does("shell.foreign-code", "the mail program runs commands of its own");
  if (options.has("e") || options.has("H")) return;
  if (options.operands.empty() && !options.has("t")) return opens_prompt(call);
  call.does("mail.change");
}

constexpr std::array doveadm_verbs{
    Verb{"who log/errors log/find user config/* mailbox/list mailbox/status quota/get search fetch stats/* "
         "service/status "
         "instance/list penalty process/status replicator/status director/status help",
         "read"},
    Verb{"reload purge index quota/recalc mailbox/create mailbox/subscribe mailbox/unsubscribe sync flags/* "
         "log/reopen replicator/* force-resync altmove",
         "mail.change"},
    Verb{"expunge mailbox/delete kick move mailbox/rename", "mail.remove"},
    Verb{"pw auth/* auth acl/*", "account.change"},
    Verb{"stop exec exec/* director/* service/*", "service.definition"},
};
constexpr std::array rndc_verbs{
    Verb{"status stats_noreset list_* zonestatus showzone nta-list testgen dnssec/-status", "read"},
    Verb{"reload reconfig flush flushname flushtree sync freeze thaw refresh retransfer notify querylog "
         "stats dumpdb sign "
         "loadkeys trace notrace serve-stale managed-keys/* status_zone dump_cache "
         "reload_keep_cache "
         "flush_zone flush_type lookup log_reopen",
         "service.change"},
    Verb{"stop halt addzone delzone modzone signing/* dnssec/* validation secroots nta",
         "service.definition"},
};
constexpr std::array pdns_verbs{
    Verb{"list-zone list-all-zones show-zone check-zone check-all-zones get-meta rping ping uptime status "
         "version "
         "current-config get-all show list get-qtypelist list-keys top-queries top-remotes ccounts",
         "read"},
    Verb{"add-record create-zone create-slave-zone set-meta rectify-zone rectify-all-zones increase-serial "
         "secure-zone "
         "replace-rrset notify notify-host retrieve purge wipe-cache reload rediscover reload-zones cycle "
         "load-zone",
         "service.change"},
    Verb{"delete-zone delete-rrset clear-zone disable-dnssec remove-zone-key edit-zone quit quit-nicely "
         "set-kind unset-*",
         "service.definition"},
};
constexpr std::array zabbix_effects{OptionEffect{"R runtime-control", Value::nothing, "service.change"}};
constexpr std::array grafana_verbs{
    Verb{"plugins/ls plugins/list-remote plugins/list-versions cli/plugins/ls", "read"},
    Verb{"plugins/install plugins/update plugins/update-all", "package.install"},
    Verb{"plugins/remove plugins/uninstall", "package.remove"},
    Verb{"admin/* cli/admin/*", "account.change"},
    Verb{"server", "service.change"},
};

/// The console of a telephone exchange: "-x" carries one command, most of which show something.
void judge_console(const Call& call) {
  if (call.only_help()) return;
  const Options options = read_loosely(call.words, {"rRvVdcfgnpqQ", "xCsUGHPtu", "", "execute"});
  const Field* command = options.find("x");
  if (command == nullptr) return call.does("service.definition");
  const auto words = base::split(command->text(), ' ');
  const auto looks = [](std::string_view word) {
    return word == "show" || word == "status" || word == "list" || word == "help" || word == "version";
  };
  const auto first = words.size() < 3 ? words.size() : 3;
  if (!command->literal() ||
      std::none_of(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(first), looks))
    call.does("service.definition");
}

constexpr std::array prom_verbs{
    Verb{"check/* query/* test/* debug/* alert/query alert silence/query config/show amtool cluster/show "
         "tsdb/list tsdb/analyze "
         "version check-config config/routes/* alert/* datasources/list plugins/ls",
         "read"},
    Verb{"silence/add silence/* silence/update plugins/install plugins/* admin/* cli", "service.change"},
    Verb{"tsdb/* push", "service.definition"},
};

constexpr std::array rows{
    Program{.names = "nginx openresty tengine angie", .judge = judge_nginx},
    Program{.names = "apachectl apache2ctl httpd apache2", .judge = judge_apache},
    Program{.names = "a2ensite a2enmod a2enconf lighttpd-enable-mod phpenmod",
            .rule = "service.change",
            .any_option = true},
    Program{.names = "a2dissite a2dismod a2disconf lighttpd-disable-mod phpdismod",
            .rule = "service.change",
            .any_option = true},
    Program{.names = "a2query logresolve passenger-status passenger-memory-stats webalizer "
                     "awstats check_mk_agent squidclient varnishstat varnishlog varnishncsa varnishtop "
                     "varnishhist mailq exiqgrep exigrep eximstats exiwhat exinext exipick pflogsumm qshape "
                     "postfinger doveconf named-rrchecker nsd-checkconf nsd-checkzone "
                     "rpcdebug-none rabbitmq-diagnostics "
                     "dnssec-verify dnssec-dsfromkey uwsgitop munin-run nagiostats",
            .any_option = true},
    Program{.names = "haproxy", .judge = judge_haproxy},
    Program{.names = "sshd", .judge = judge_sshd},
    Program{
        .names =
            "lighttpd php-fpm squid named unbound nsd dnsmasq pdns_server dovecot smbd nmbd winbindd slapd "
            "ntpd chronyd "
            "crond cron atd rsyslogd syslog-ng telegraf prometheus grafana-server node_exporter alertmanager "
            "envoy "
            "traefik vsftpd proftpd pure-ftpd tomcat catalina.sh jetty puma unicorn gunicorn uwsgi "
            "inetd xinetd rpcbind nfsd mountd in.tftpd keepalived collectd snmpd zabbix_agentd zabbix_server "
            "nagios nagios4 icinga2 naemon vector fluentd fluent-bit filebeat metricbeat logstash auditd "
            "avahi-daemon "
            "cupsd bluetoothd dockerd containerd kubelet libvirtd rsyncd radiusd freeradius "
            "kamailio "
            "opendkim spamd clamd freshclam postscreen",
        .judge = judge_daemon},
    Program{.names = "php-fpm7.4 php-fpm8.0 php-fpm8.1 php-fpm8.2 php-fpm8.3 php-fpm8.4",
            .judge = judge_daemon},
    Program{.names = "caddy", .any_option = true, .verbs = caddy_verbs},
    Program{
        .names = "certbot letsencrypt certbot-auto",
        .rule = "key.create",
        .options =
            {"dnqvt", "dwam",
             "dry-run test-cert staging non-interactive agree-tos force-renewal nginx apache "
             "standalone webroot quiet verbose expand keep-until-expiring no-random-sleep-on-renew redirect",
             "domain domains cert-name email webroot-path preferred-challenges key-type rsa-key-size "
             "config-dir "
             "work-dir logs-dir server pre-hook post-hook deploy-hook renew-hook manual-auth-hook "
             "manual-cleanup-hook http-01-port authenticator installer max-log-backups"},
        .any_option = true,
        .shows = "dry-run",
        .verbs = certbot_verbs,
        .option_effects = certbot_effects},
    Program{.names = "acme.sh lego dehydrated", .any_option = true, .option_effects = acme_effects},
    Program{.names = "varnishadm", .judge = judge_varnishadm},
    Program{.names = "varnishreload", .rule = "service.change", .any_option = true},
    Program{.names = "postconf", .judge = judge_postconf},
    Program{.names = "postfix", .options = {"vD", "c", "", ""}, .any_option = true, .verbs = postfix_verbs},
    Program{.names = "postqueue", .options = {"pjfv", "cis", "", ""}, .option_effects = postqueue_effects},
    Program{.names = "postcat", .options = {"bdehnqorv", "c", "", ""}, .any_option = true},
    Program{
        .names = "postsuper", .options = {"pPsSv", "cdhHre", "", ""}, .option_effects = postsuper_effects},
    Program{.names = "postmap postalias newaliases makemap mailman sa-learn sa-update sieve-filter sievec",
            .rule = "mail.change",
            .any_option = true},
    Program{.names = "postlock postdrop postkick", .rule = "mail.change", .any_option = true},
    Program{
        .names = "exim exim4 runq",
        .rule = "read",
        .options = {"", "", "bp bpc bpr bpa bpu bP bt bv bV bh Mvb Mvh Mvl Mvc v d Mrm Mg M Mf Mt", "f F r"},
        .any_option = true,
        .option_effects = exim_effects},
    Program{.names = "sendmail msmtp ssmtp nullmailer-inject sendemail swaks",
            .rule = "mail.change",
            .options = {"", "CDOX", "", ""},
            .any_option = true,
            .option_effects = sendmail_effects},
    Program{.names = "mail mailx s-nail bsd-mailx heirloom-mailx mutt neomutt alpine", .judge = judge_mail},
    Program{
        .names = "doveadm", .options = {"vDkA", "ouSf", "", ""}, .any_option = true, .verbs = doveadm_verbs},
    Program{.names = "rspamc spamassassin spamc amavisd-agent pyzor razor-check clamscan clamdscan sigtool",
            .any_option = true},
    Program{.names = "rspamadm", .rule = "service.definition", .any_option = true},
    Program{.names = "rndc unbound-control nsd-control knotc",
            .options = {"qrV46", "bcskpy", "", ""},
            .any_option = true,
            .verbs = rndc_verbs},
    Program{.names = "pdnsutil pdns_control rec_control", .any_option = true, .verbs = pdns_verbs},
    Program{.names = "smbcontrol", .rule = "service.change", .any_option = true},
    Program{.names = "smbclient rpcclient smbget smbcacls smbcquotas",
            .rule = "network.send",
            .any_option = true},
    Program{.names = "promtool amtool", .any_option = true, .verbs = prom_verbs},
    Program{.names = "zabbix_sender zabbix_agent2",
            .rule = "network.send",
            .any_option = true,
            .option_effects = zabbix_effects},
    Program{.names = "mco bolt", .rule = "shell.opaque-code", .any_option = true},
    Program{
        .names = "grafana-cli grafana",
        .options = {"", "", "insecure debug", "homepath config pluginsDir repo pluginUrl configOverrides"},
        .any_option = true,
        .verbs = grafana_verbs},
    Program{.names = "rasterisk fs_cli kamctl asterisk", .judge = judge_console},
};

}  // namespace

std::span<const Program> server_programs() {
  return rows;
}

}  // namespace mcpssh::guard
