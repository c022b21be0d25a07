using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
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

    /// <summary>The picture that the conversation is about: the one named last.</summary>
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
        int last = history.Count - 1;
        while (last >= 0 && history[last].Role != ChatRole.User)
        {
            last--;
        }

        string? image = null;
        List<string> spoken = new();
        string? chosen = null;
        int listed = 0;
        List<string> first = new();
        List<string> earlier = new();
        Dictionary<string, (int Width, int Height)> sizes = new(StringComparer.Ordinal);
        List<KnownRegion> regions = new();
        foreach (ChatMessage message in history.Take(Math.Max(0, last + 1)))
        {
            // Who named a picture last decides which one is meant: the host says it when one is opened, users may name another.
            if (message.Role != ChatRole.Tool && Picture().Matches(message.Text) is { Count: > 0 } named)
            {
                image = named[^1].Value;
            }

            foreach (Match told in message.Role != ChatRole.Tool ? SizeOf().Matches(message.Text) : Enumerable.Empty<Match>())
            {
                sizes[told.Groups["image"].Value] = (int.Parse(told.Groups["width"].ValueSpan, CultureInfo.InvariantCulture), int.Parse(told.Groups["height"].ValueSpan, CultureInfo.InvariantCulture));
            }

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

        earlier.AddRange(history.Take(Math.Max(0, last)).Where(message => message.Role == ChatRole.User).Select(message => message.Text));
        JsonElement[] answers = history.Skip(last + 1).SelectMany(Records).ToArray();
        return new Recollection(last < 0 ? string.Empty : history[last].Text, image, image is not null && sizes.TryGetValue(image, out (int Width, int Height) size) ? size : null, answers, [.. regions.DistinctBy(region => region.Handle)], spoken, listed, chosen, first, earlier);
    }

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

    [GeneratedRegex(@"\b(?<image>img\d+)\b[^\n]*?,\s(?<width>[1-9]\d{0,5})\sx\s(?<height>[1-9]\d{0,5})\spx\b")]
    private static partial Regex SizeOf();

    [GeneratedRegex(@"\[(?<handle>[ms]\d+)\]")]
    private static partial Regex Spoke();

    // Between two of one list stands no verb.
    [GeneratedRegex(@"^(?:\s*,\s*(?:and\s+)?|\s+and\s+)(?:(?!\b(?:is|are|has|have|covers?|touch(?:es)?|then|the\s+model|(?:at|on|in)(?!\s+an?\b))\b)[\w\s'-])*$")]
    private static partial Regex Joint();

    [GeneratedRegex(@"\bimg\d+\b")]
    private static partial Regex Picture();
}
