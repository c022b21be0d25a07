using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace MGLMM.Samples.Cluster;

/// <summary>
/// Owners who ask, open pictures, have them segmented and look at what they have, and who keep account of what they were told: an answer is right or an error has words; what was said to be
/// kept is there; nobody sees what is another's.
/// </summary>
internal sealed class Traffic
{
    private const int MostConversations = 40;

    /// <summary>What a crash of Redis may cost where it writes to the disk each second.</summary>
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly string[] Owners = ["anna", "bert", "cora"];

    private readonly Truth _truth;
    private readonly GatewayClient _client;
    private readonly ConcurrentDictionary<string, int> _told = new();
    private readonly ConcurrentQueue<string> _violations = new();
    private readonly ConcurrentQueue<long> _redisLost = new();
    private readonly List<Account> _accounts;
    private readonly ConcurrentQueue<double> _times = new();
    private int _right;
    private int _steps;
    private int _saves;
    private int _lostConnections;
    private int _lostWithinSecond;
    private int _undecided;

    public Traffic(Truth truth, IReadOnlyList<string> gateways, TimeSpan deadline)
    {
        _truth = truth;
        _client = new GatewayClient(gateways, deadline);
        _accounts = [.. Owners.Select(owner => new Account(owner))];
    }

    public IReadOnlyCollection<string> Violations => _violations;

    /// <summary>Callers at once.</summary>
    public static int Callers => Owners.Length;

    /// <summary>Things that callers did.</summary>
    public int Steps => _steps;

    /// <summary>Answers that were right.</summary>
    public int Right => _right;

    /// <summary>Errors that had words.</summary>
    public int Told => _told.Values.Sum();

    /// <summary>Seconds of each answer.</summary>
    public IReadOnlyCollection<double> Times => _times;

    /// <summary>A file of keys for the gateways, made in a folder.</summary>
    public static string WriteKeys(string folder)
    {
        string path = Path.Combine(folder, "keys");
        File.WriteAllLines(path, Owners.Select(owner => $"{owner} {KeyOf(owner)}"));
        return path;
    }

    /// <summary>Redis was ended as a crash would: what was kept within the second before may be lost.</summary>
    public void RedisWasKilled() => _redisLost.Enqueue(Stopwatch.GetTimestamp());

    /// <summary>One owner for each of so many callers, until it is cancelled; every call that was begun ends.</summary>
    public async Task RunAsync(Func<Random, Task>? pause, CancellationToken ending)
    {
        await Task.WhenAll(_accounts.Select((account, number) => Task.Run(async () =>
        {
            Random random = new(number);
            while (!ending.IsCancellationRequested)
            {
                try
                {
                    await StepAsync(account, random).ConfigureAwait(false);
                    Interlocked.Increment(ref _steps);
                }
                catch (TimeoutException late)
                {
                    Violate("late: " + late.Message);
                }

                if (pause is not null)
                {
                    await pause(random).ConfigureAwait(false);
                }
            }
        }))).ConfigureAwait(false);
    }

    /// <summary>Looks for everything that was said to be kept, with patience for a cluster that gathers itself.</summary>
    public async Task<int> AuditAsync(CancellationToken cancellationToken)
    {
        int found = 0;
        foreach (Account account in _accounts)
        {
            foreach (Kept kept in account.Conversations)
            {
                for (int attempt = 0; ; attempt++)
                {
                    Reply reply = await _client.SendAsync(account.Key, HttpMethod.Get, $"/api/conversations/{kept.Conversation}", null, cancellationToken).ConfigureAwait(false);
                    if (reply.IsGood || reply.Status == 404 || attempt == 60)
                    {
                        found += Look(account, kept, reply) ? 1 : 0;
                        break;
                    }

                    await Task.Delay(500, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        return found;
    }

    public void Report(string what)
    {
        double[] times = [.. _times.Order()];
        Console.WriteLine(
            $"{what}: {_right} answers right, {_violations.Count} violations, {Told} errors with words, {_lostConnections} connections lost; {_saves} saves, {_undecided} looks at masks that differ in undecided pixels, {_accounts.Sum(account => account.Conversations.Count)} conversations kept account of, "
            + $"{_lostWithinSecond} lost within the second before Redis was killed; answers p50 {Share(times, 0.5):0.00} s, p99 {Share(times, 0.99):0.0} s, longest {Share(times, 1):0.0} s");
        foreach ((string told, int count) in _told.OrderByDescending(pair => pair.Value))
        {
            Console.WriteLine($"  {count} x {told}");
        }
    }

    public static double Share(double[] sorted, double share) => sorted.Length == 0 ? double.NaN : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];

    private static string KeyOf(string owner) => $"{owner}-0123456789abcdef";

    private Task StepAsync(Account account, Random random) => (account.Conversations.Count, random.Next(100)) switch
    {
        ( > MostConversations, _) => RemoveAsync(account),
        (_, < 45) => AskAsync(account, random),
        (0, _) or (_, < 60) => BeginAsync(account, random),
        (_, < 80) => SegmentAsync(account, account.Conversations[random.Next(account.Conversations.Count)]),
        (_, < 95) => LookAsync(account, account.Conversations[random.Next(account.Conversations.Count)]),
        _ => PryAsync(account, random),
    };

    private async Task AskAsync(Account account, Random random)
    {
        (int picture, int question) = (random.Next(_truth.Pictures.Count), random.Next(Truth.QuestionCount));
        Stopwatch watch = Stopwatch.StartNew();
        for (Reply reply; ; _lostConnections++)
        {
            reply = await _client.SendAsync(account.Key, HttpMethod.Post, "/v1/chat/completions", _truth.Ask(picture, question), CancellationToken.None).ConfigureAwait(false);
            if (!reply.IsLost)
            {
                if (Hear("a question", reply))
                {
                    _times.Enqueue(watch.Elapsed.TotalSeconds);
                    Judge(_truth.IsRight(picture, question, reply.Body), $"wrong answer to question {question} about picture {picture}: {reply.Body}");
                }

                return;
            }

            // Nothing was changed by it: whoever asks a question asks it again.
            await Task.Delay(50).ConfigureAwait(false);
        }
    }

    private async Task BeginAsync(Account account, Random random)
    {
        int picture = random.Next(_truth.Pictures.Count);
        string name = $"{account.Owner}-{++account.Begun}.png";
        Reply reply = await _client.SendAsync(account.Key, HttpMethod.Post, "/api/images?name=" + name, _truth.FileOf(picture), CancellationToken.None).ConfigureAwait(false);
        if (Hear("a picture", reply))
        {
            _saves++;
            account.Conversations.Add(new Kept(Truth.ConversationOf(reply.Body), picture, name));
        }
    }

    private async Task SegmentAsync(Account account, Kept kept)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Reply reply = await _client.SendAsync(account.Key, HttpMethod.Post, "/api/tools/segment_and_caption", Truth.Segment(kept.Conversation), CancellationToken.None).ConfigureAwait(false);
        if (reply.Status == 404)
        {
            Look(account, kept, reply);
        }
        else if (Hear("a segmentation", reply))
        {
            _times.Enqueue(watch.Elapsed.TotalSeconds);
            _saves++;
            kept.Saved = Stopwatch.GetTimestamp();
            kept.IsSegmented = true;
            await LookAsync(account, kept).ConfigureAwait(false);
        }
    }

    private async Task LookAsync(Account account, Kept kept)
    {
        Reply reply = await _client.SendAsync(account.Key, HttpMethod.Get, $"/api/conversations/{kept.Conversation}", null, CancellationToken.None).ConfigureAwait(false);
        if (reply.IsGood || reply.Status == 404)
        {
            Look(account, kept, reply);
        }
        else
        {
            Hear("a look", reply);
        }
    }

    /// <summary>Whether a conversation is as it was said to be.</summary>
    private bool Look(Account account, Kept kept, Reply reply)
    {
        if (!reply.IsGood)
        {
            return Lost(account, kept, $"{account.Owner}'s conversation {kept.Conversation} is not there: {reply.Status} {reply.Body}");
        }

        if (Truth.PictureNamesOf(reply.Body) is not [{ } name] || name != kept.Name)
        {
            Judge(false, $"{account.Owner}'s conversation {kept.Name} holds {string.Join(", ", Truth.PictureNamesOf(reply.Body))}");
            return false;
        }

        Dictionary<string, string> regions = Truth.RegionsOf(reply.Body);
        string[] gone = [.. kept.Regions.Where(known => !regions.TryGetValue(known.Key, out string? now) || now != known.Value).Select(known => known.Key)];
        if (gone.Length > 0 || (kept.IsSegmented && regions.Count == 0))
        {
            return Lost(account, kept, $"{account.Owner}'s conversation {kept.Conversation} lost regions {string.Join(", ", gone)}");
        }

        kept.Regions = regions;
        int different = regions.Count == 0 ? 0 : _truth.DifferenceOf(kept.Picture, regions);
        _undecided += different == 1 ? 1 : 0;
        Judge(different < 2, $"{account.Owner}'s conversation {kept.Conversation} has regions that are not its picture's: {_truth.Difference(kept.Picture, regions)}");
        return true;
    }

    private async Task RemoveAsync(Account account)
    {
        Kept oldest = account.Conversations[0];
        Reply reply = await _client.SendAsync(account.Key, HttpMethod.Delete, $"/api/conversations/{oldest.Conversation}", null, CancellationToken.None).ConfigureAwait(false);

        // After an answer that was lost nobody knows whether it is there; it is no more kept account of.
        account.Conversations.RemoveAt(0);
        if (reply.Status != 404)
        {
            Hear("a removal", reply);
        }
    }

    /// <summary>Asks for what is another's.</summary>
    private async Task PryAsync(Account account, Random random)
    {
        Account other = _accounts[(_accounts.IndexOf(account) + random.Next(1, _accounts.Count)) % _accounts.Count];
        if (other.Conversations.ElementAtOrDefault(0)?.Conversation is { } handle)
        {
            Reply reply = await _client.SendAsync(account.Key, HttpMethod.Get, $"/api/conversations/{handle}", null, CancellationToken.None).ConfigureAwait(false);
            Judge(!reply.IsGood, $"{account.Owner} was shown {other.Owner}'s conversation {handle}");
        }

        Reply list = await _client.SendAsync(account.Key, HttpMethod.Get, "/api/conversations", null, CancellationToken.None).ConfigureAwait(false);
        if (Hear("a list", list))
        {
            using JsonDocument document = JsonDocument.Parse(list.Body);
            string[] strange = [.. document.RootElement.EnumerateArray().SelectMany(one => one.GetProperty("pictures").EnumerateArray()).Select(picture => picture.GetString()!)
                .Where(name => !name.StartsWith(account.Owner, StringComparison.Ordinal))];
            Judge(strange.Length == 0, $"{account.Owner}'s list names {string.Join(", ", strange)}");
        }
    }

    private bool Lost(Account account, Kept kept, string what)
    {
        account.Conversations.Remove(kept);
        if (_redisLost.Any(killed => killed >= kept.Saved && Stopwatch.GetElapsedTime(kept.Saved, killed) <= Second))
        {
            Interlocked.Increment(ref _lostWithinSecond);
        }
        else
        {
            Violate("lost: " + what);
        }

        return false;
    }

    private bool Hear(string what, Reply reply)
    {
        if (reply.IsGood)
        {
            return true;
        }

        if (reply.IsLost)
        {
            Interlocked.Increment(ref _lostConnections);
        }
        else if (reply.Told is { } told)
        {
            _told.AddOrUpdate($"{what}: {told}", 1, (_, count) => count + 1);
        }
        else
        {
            Violate($"an error without words for {what}: {reply.Status} {reply.Body}");
        }

        return false;
    }

    private void Violate(string what)
    {
        _violations.Enqueue(what);
        Console.WriteLine("  VIOLATION " + what);
    }

    private void Judge(bool isRight, string otherwise)
    {
        if (isRight)
        {
            Interlocked.Increment(ref _right);
        }
        else
        {
            Violate(otherwise);
        }
    }

    private sealed class Account(string owner)
    {
        public string Owner => owner;

        public string Key { get; } = KeyOf(owner);

        public int Begun { get; set; }

        public List<Kept> Conversations { get; } = [];
    }

    private sealed class Kept(string conversation, int picture, string name)
    {
        public string Conversation => conversation;

        public int Picture => picture;

        public string Name => name;

        public bool IsSegmented { get; set; }

        public long Saved { get; set; } = Stopwatch.GetTimestamp();

        public Dictionary<string, string> Regions { get; set; } = [];
    }
}
