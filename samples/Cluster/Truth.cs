using System.Text.Json;
using MGLMM.Masks;

namespace MGLMM.Samples.Cluster;

/// <summary>What one process without a cluster answers: every question about every bundled picture, over the same API.</summary>
internal sealed class Truth
{
    private static readonly string[] Questions =
    [
        "Describe the image in detail and segment each object.", "Describe the image.", "Please segment the house in this image.", "How many trees are there?",
    ];

    private const char MaskBegins = '{';

    private readonly Dictionary<(int Picture, int Question), string> _answers = [];
    private readonly Dictionary<int, HashSet<string>> _regions = [];

    public required IReadOnlyList<byte[]> Pictures { get; init; }

    public static int QuestionCount => Questions.Length;

    public static async Task<Truth> LearnAsync(CancellationToken cancellationToken)
    {
        string url = $"http://127.0.0.1:{LocalCluster.FreePort()}";
        Truth truth = new() { Pictures = [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "pictures"), "*.png").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)] };
        await using Member alone = await Member.StartToolAsync("alone", ["serve", "--urls", url, "--threads", "1"], "Conversations are kept in memory", quiet: true, cancellationToken).ConfigureAwait(false);
        using GatewayClient client = new([url], TimeSpan.FromMinutes(5));
        for (int picture = 0; picture < truth.Pictures.Count; picture++)
        {
            for (int question = 0; question < Questions.Length; question++)
            {
                truth._answers[(picture, question)] = AnswerOf(Good(await client.SendAsync(null, HttpMethod.Post, "/v1/chat/completions", truth.Ask(picture, question), cancellationToken).ConfigureAwait(false)));
            }

            string conversation = ConversationOf(Good(await client.SendAsync(null, HttpMethod.Post, "/api/images?name=alone.png", truth.FileOf(picture), cancellationToken).ConfigureAwait(false)));
            Good(await client.SendAsync(null, HttpMethod.Post, "/api/tools/segment_and_caption", Segment(conversation), cancellationToken).ConfigureAwait(false));
            truth._regions[picture] = [.. RegionsOf(Good(await client.SendAsync(null, HttpMethod.Get, $"/api/conversations/{conversation}", null, cancellationToken).ConfigureAwait(false))).Values];
        }

        return truth;
    }

    /// <summary>A question of no conversation.</summary>
    public HttpContent Ask(int picture, int question) => Json(new
    {
        model = "mglmm",
        messages = new[]
        {
            new
            {
                role = "user",
                content = new object[]
                {
                    new { type = "text", text = Questions[question] },
                    new { type = "image_url", image_url = new { url = "data:image/png;base64," + Convert.ToBase64String(Pictures[picture]) } },
                },
            },
        },
    });

    public HttpContent FileOf(int picture)
    {
        ByteArrayContent content = new(Pictures[picture]);
        content.Headers.ContentType = new("image/png");
        return content;
    }

    public static HttpContent Segment(string conversation) => Json(new { conversation, image = "img1", granularity = "panoptic" });

    public bool IsRight(int picture, int question, string body) => AnswerOf(body) == _answers[(picture, question)];

    /// <summary>
    /// How regions of a conversation differ from those of the picture: 0 not at all, 1 in a few pixels that are not decided (an answer whose beginning is known is computed in larger
    /// steps, whose sums round otherwise), 2 in what they are.
    /// </summary>
    public int DifferenceOf(int picture, IReadOnlyDictionary<string, string> regions)
    {
        HashSet<string> known = _regions[picture];
        if (known.SetEquals(regions.Values))
        {
            return 0;
        }

        (string Phrase, Mask Mask)[] alone = [.. known.Select(Parsed)], here = [.. regions.Values.Select(Parsed)];
        return here.All(region => alone.Any(other => IsNearly(region, other))) && alone.All(region => here.Any(other => IsNearly(region, other))) ? 1 : 2;

        static bool IsNearly((string Phrase, Mask Mask) left, (string Phrase, Mask Mask) right) => left.Phrase == right.Phrase && left.Mask.IntersectionOverUnion(right.Mask) > 0.99;
    }

    /// <summary>Which of them are too many or too few.</summary>
    public string Difference(int picture, IReadOnlyDictionary<string, string> regions) =>
        $"too many {string.Join("; ", regions.Where(region => !_regions[picture].Contains(region.Value)).Select(region => $"{region.Key} {region.Value}"))}, "
        + $"missing {string.Join("; ", _regions[picture].Except(regions.Values))}";

    public static string ConversationOf(string body)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("conversation").GetString()!;
    }

    /// <summary>Phrase and mask of each region, by its handle.</summary>
    public static Dictionary<string, string> RegionsOf(string body)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("regions").EnumerateArray().ToDictionary(
            region => region.GetProperty("region").GetString()!, region => $"{region.GetProperty("phrase")} {region.GetProperty("mask").GetRawText()}", StringComparer.Ordinal);
    }

    public static string[] PictureNamesOf(string body)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        return [.. document.RootElement.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("name").GetString()!)];
    }

    /// <summary>The text and its regions, without what differs from call to call.</summary>
    private static string AnswerOf(string body)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("choices")[0].GetProperty("message").GetRawText();
    }

    private static (string Phrase, Mask Mask) Parsed(string region)
    {
        int mask = region.IndexOf(MaskBegins);
        return (region[..mask], JsonSerializer.Deserialize<Mask>(region[mask..])!);
    }

    private static HttpContent Json(object value) => new StringContent(JsonSerializer.Serialize(value), System.Text.Encoding.UTF8, "application/json");

    private static string Good(Reply reply) => reply.IsGood ? reply.Body : throw new InvalidOperationException($"One process alone answered {reply.Status}: {reply.Body}");
}
