using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MGLMM.Vision;
using Microsoft.Extensions.AI;

namespace MGLMM.Planning;

/// <summary>What a chat history holds: the request, the calls made for it so far, and what is known from before.</summary>
internal sealed partial class Recollection
{
    private Recollection(string request, string? image, (int Width, int Height)? size, IReadOnlyList<JsonElement> answers, IReadOnlyList<KnownRegion> regions, IReadOnlyList<string> spoken, int listed, string? chosen, IReadOnlyList<string> first, IReadOnlyList<string> earlier)
    {
        Request = request;
        Image = image;
        Size = size;
        Answers = answers;
        Regions = regions;
        Spoken = spoken;
        Listed = listed;
        First = first;
        Chosen = chosen;
        Earlier = earlier;
    }

    /// <summary>The user's last message.</summary>
    public string Request { get; }

    /// <summary>The picture that the request is about: the one that it names, else the one that the host marks, else the one told or named last; null where none is open.</summary>
    public string? Image { get; }

    /// <summary>Its size in pixels, where a message tells it ("img1: garden.png, 640 x 480 px").</summary>
    public (int Width, int Height)? Size { get; }

    /// <summary>What the calls of this request gave, in the order they were made.</summary>
    public IReadOnlyList<JsonElement> Answers { get; }

    /// <summary>The regions known before this request, newest first, each once.</summary>
    public IReadOnlyList<KnownRegion> Regions { get; }

    /// <summary>The handles that the last answer names, in its order, each once.</summary>
    public IReadOnlyList<string> Spoken { get; }

    /// <summary>How many of <see cref="Spoken"/> the answer names in one list before it says anything of them: these are what it is about.</summary>
    public int Listed { get; }

    /// <summary>The handle that each answer names first, in order.</summary>
    public IReadOnlyList<string> First { get; }

    /// <summary>The one that the last answer chose among several: it speaks of it first, and then measures it beside the others. Null where it only names some.</summary>
    public string? Chosen { get; }

    /// <summary>What was asked before, in order.</summary>
    public IReadOnlyList<string> Earlier { get; }

    public static Recollection Of(IReadOnlyList<ChatMessage> history)
    {
        int last = RequestIn(history);
        string request = last < 0 ? string.Empty : SaidIn(history[last]);
        string? image = ImageOf(request, history, last);
        List<string> spoken = new();
        string? chosen = null;
        int listed = 0;
        List<string> first = new();
        List<string> earlier = new();
        Dictionary<string, (int Width, int Height)> sizes = new(StringComparer.Ordinal);
        List<KnownRegion> regions = new();
        foreach (ChatMessage message in history.Take(Math.Max(0, last + 1)))
        {
            foreach (FunctionRecord record in Records(message).Select(json => new FunctionRecord(json)))
            {
                regions.InsertRange(0, record.Regions);
            }

            if (message.Role == ChatRole.Assistant && Spoke().Matches(message.Text) is { Count: > 0 } spoke)
            {
                string[] told = [.. spoke.Select(match => match.Groups["handle"].Value)];
                spoken = [.. told.Distinct(StringComparer.Ordinal)];
                first.Add(told[0]);
                listed = 1 + spoke.Zip(spoke.Skip(1)).TakeWhile(pair => Joint().IsMatch(message.Text[(pair.First.Index + pair.First.Length)..pair.Second.Index])).Count();
                chosen = told.Count(handle => handle == told[0]) > 1 ? told[0] : null;
            }
        }

        foreach (Match told in history.Where(message => message.Role != ChatRole.Tool).SelectMany(message => SizeOf().Matches(message.Text)))
        {
            sizes[told.Groups["image"].Value] = (int.Parse(told.Groups["width"].ValueSpan, CultureInfo.InvariantCulture), int.Parse(told.Groups["height"].ValueSpan, CultureInfo.InvariantCulture));
        }

        earlier.AddRange(history.Take(Math.Max(0, last)).Where(message => message.Role == ChatRole.User).Select(SaidIn).Where(said => said.Length > 0));
        JsonElement[] answers = history.Skip(last + 1).SelectMany(Records).ToArray();
        return new Recollection(request, image, image is not null && sizes.TryGetValue(image, out (int Width, int Height) size) ? size : null, answers, [.. regions.DistinctBy(region => region.Handle)], spoken, listed, chosen, first, earlier);
    }

    /// <summary>Where the request stands; -1 where there is none. What hosts add behind it is no request: a picture that was opened, or drawn in this turn.</summary>
    private static int RequestIn(IReadOnlyList<ChatMessage> history)
    {
        int last = -1;
        for (int index = history.Count - 1; index >= 0; index--)
        {
            // Behind an answer stands the next request, be it only a picture.
            if (last >= 0 && history[index].Role == ChatRole.Assistant && !history[index].Contents.OfType<FunctionCallContent>().Any())
            {
                return last;
            }

            if (history[index].Role == ChatRole.User)
            {
                last = index;
                if (SaidIn(history[index]).Length > 0)
                {
                    return index;
                }
            }
        }

        return last;
    }

    /// <summary>What a message says, without what hosts add to it.</summary>
    private static string SaidIn(ChatMessage message) =>
        string.Join(' ', message.Contents.OfType<TextContent>().Select(content => PictureSentences.Without(content.Text)).Where(said => said.Length > 0));

    private static string? ImageOf(string request, IReadOnlyList<ChatMessage> history, int last)
    {
        if (Picture().Matches(request) is { Count: > 0 } named)
        {
            return named[^1].Value;
        }

        if (history.Where(message => message.Role == ChatRole.System).SelectMany(message => Marked().Matches(message.Text)).LastOrDefault() is { } marked)
        {
            return marked.Groups["image"].Value;
        }

        // What was told in order; an earlier request may have gone back to one of these. Where no host tells what is open, whatever was named may be.
        string? image = null;
        HashSet<string> open = new(StringComparer.Ordinal);
        foreach ((int index, ChatMessage message) in history.Index().Where(one => one.Item.Role == ChatRole.System || one.Item.Role == ChatRole.User))
        {
            foreach (Match told in Told().Matches(message.Text))
            {
                image = told.Groups["image"].Value;
                open.Add(image);
            }

            image = NamedIn(message, isEarlier: index < last).LastOrDefault(name => open.Contains(name) || open.Count == 0) ?? image;
        }

        return image;

        IEnumerable<string> NamedIn(ChatMessage message, bool isEarlier) =>
            message.Role == ChatRole.User ? isEarlier ? PicturesIn(SaidIn(message)) : []
            : open.Count > 0 ? []
            : message.Text.Split('\n').Where(line => AnyHandle().Count(line) == 1).SelectMany(PicturesIn);
    }

    private static IEnumerable<string> PicturesIn(string text) => Picture().Matches(text).Select(match => match.Value);

    private static IEnumerable<JsonElement> Records(ChatMessage message) =>
        message.Contents.OfType<FunctionResultContent>().Select(content => Record(content.Result));

    private static JsonElement Record(object? result)
    {
        try
        {
            return result switch
            {
                JsonElement element when element.ValueKind == JsonValueKind.String => Record(element.GetString()),
                JsonElement element => element,
                string text => JsonSerializer.Deserialize<JsonElement>(text),
                _ => JsonSerializer.SerializeToElement(result),
            };
        }
        catch (JsonException)
        {
            // A framework's own message, such as an exception's words.
            return JsonSerializer.SerializeToElement(new { code = "failed", message = result?.ToString() ?? "The function gave nothing.", @try = string.Empty });
        }
    }

    // The handle of a picture; within the name of a file, "img1.png", it is none.
    private const string Handle = Begins + @"(?<image>img[1-9]\d*)" + Ends;
    private const string Begins = @"(?<![\w./\\-])";
    private const string Ends = @"(?![\w/\\-]|\.\w)";

    [GeneratedRegex(Handle + @"[^\n]*?,\s(?<width>[1-9]\d{0,5})\sx\s(?<height>[1-9]\d{0,5})\spx\b")]
    private static partial Regex SizeOf();

    [GeneratedRegex(@"\[(?<handle>[ms]\d+)\]")]
    private static partial Regex Spoke();

    // Between two of one list stands no verb.
    [GeneratedRegex(@"^(?:\s*,\s*(?:and\s+)?|\s+and\s+)(?:(?!\b(?:is|are|has|have|covers?|touch(?:es)?|then|the\s+model|(?:at|on|in)(?!\s+an?\b))\b)[\w\s'-])*$")]
    private static partial Regex Joint();

    [GeneratedRegex(Handle)]
    private static partial Regex Picture();

    // A line with several kinds of them, "img1 is a picture, m7 a region", tells how they are written.
    [GeneratedRegex(Begins + @"(?:img|m|s|a)[1-9]\d*" + Ends)]
    private static partial Regex AnyHandle();

    // The host's line; after "about:" stands the handle alone.
    [GeneratedRegex(@"^The picture that requests are about: " + Handle + @"\s*$", RegexOptions.Multiline)]
    private static partial Regex Marked();

    // "Attached picture a.png is img1, 640 x 480 px.", "- img1: a.png, 640 x 480 px".
    [GeneratedRegex(@"^- " + Handle + @":[^\n]*|\bis\s+" + Handle, RegexOptions.Multiline)]
    private static partial Regex Told();
}
