# A helpdesk as a shop runs it: a queue of returns with custom fields, a queue the integration may not see, a user
# with the least rights, and a scrip that tells the integration of every transaction.
use strict; use warnings;
our (@Queues, @CustomFields, @Scrips, @Users, @ACL);
@Queues = (
  { Name => 'Returns', Description => 'Customer returns', CorrespondAddress => 'returns@example.test', CommentAddress => 'returns-c@example.test' },
  { Name => 'Internal IT', Description => 'not for the integration' },
);
@CustomFields = (
  { Name => 'Order number', Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket', Queue => 'Returns', Pattern => '^(?:|[A-Z]+-\d+)$' },
  { Name => 'Return number', Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket', Queue => 'Returns', UniqueValues => 0 },
  { Name => 'Reentry answer', Type => 'Text', MaxValues => 1, LookupType => 'RT::Queue-RT::Ticket', Queue => 'Returns' },
  { Name => 'Refund state', Type => 'SelectSingle', LookupType => 'RT::Queue-RT::Ticket', Queue => 'Returns', Values => [ map { { Name => $_ } } qw(none pending refunded failed) ] },
);
@Users = (
  { Name => 'shopsync', Password => 'Vq7-sync-9', EmailAddress => 'shopsync@example.test', Privileged => 1 },
  { Name => 'clerk', Password => 'Vq7-clerk-9', EmailAddress => 'clerk@example.test', Privileged => 1 },
);
@ACL = (
  (map { { UserId => 'shopsync', Queue => 'Returns', Right => $_ } } qw(SeeQueue ShowTicket ShowTicketComments CommentOnTicket ModifyTicket SeeCustomField ModifyCustomField)),
  (map { my $user = $_; map { { UserId => $user, Queue => 'Returns', Right => $_ } } qw(SeeQueue ShowTicket ShowTicketComments CreateTicket ReplyToTicket CommentOnTicket ModifyTicket DeleteTicket SeeCustomField ModifyCustomField) } qw(clerk)),
  (map { { UserId => 'clerk', Queue => 'Internal IT', Right => $_ } } qw(SeeQueue ShowTicket CreateTicket CommentOnTicket ModifyTicket)),
);
@Scrips = ({ Queue => 'Returns', Description => 'tell the integration', ScripCondition => 'On Transaction', ScripAction => 'User Defined', Template => 'Blank',
  CustomPrepareCode => 'return 1;',
  CustomCommitCode => q{
    require LWP::UserAgent; require JSON; require Digest::SHA;
    my $b = JSON::to_json({ ticket => $self->TicketObj->id, txn => $self->TransactionObj->id, type => $self->TransactionObj->Type, field => $self->TransactionObj->Field, old => $self->TransactionObj->OldValue, new => $self->TransactionObj->NewValue }, { canonical => 1 });
    LWP::UserAgent->new(timeout => 2)->post('http://127.0.0.1:@HOOKPORT@/rt', 'Content-Type' => 'application/json', 'X-RT-Signature' => Digest::SHA::hmac_sha256_hex($b, 'hook-secret'), Content => $b);
    return 1;
  } });
1;
