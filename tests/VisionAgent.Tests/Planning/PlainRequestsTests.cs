using MGLMM.Models.Scenes;
using MGLMM.Runtime;
using MGLMM.Samples.VisionAgent.Chat;
using MGLMM.SemanticKernel;

namespace MGLMM.Samples.VisionAgent.Tests.Planning;

/// <summary>
/// Plain requests on the pictures that come with the sample, with the embedded model, in the files data/requests*.tsv: written before the planner
/// could read them.
/// </summary>
public sealed class PlainRequestsTests(ITestOutputHelper output, TinyModel tiny)
{
    // What the model itself sees wrongly counts as wrong here too: it names no chimney of the street's red house nor, in a list, that of the garden's, asked for cows it marks a white horse, and it mistakes a horse's head for its tail.
    [Theory]
    [InlineData("requests.tsv", 30, 29)]
    [InlineData("requests-2.tsv", 30, 30)]
    [InlineData("requests-3.tsv", 30, 28)]
    [InlineData("requests-4.tsv", 45, 44)]
    [InlineData("requests-5.tsv", 46, 46)]
    [InlineData("requests-6.tsv", 90, 87)]
    public async Task Plain_requests_are_answered_rightly(string file, int count, int leastRight)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        string[][] rows = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "data", file)).Skip(1).Select(line => line.Split('\t')).ToArray();
        Assert.Equal(count, rows.Length);
        using MglmmModel model = await MglmmModel.LoadAsync(ScenesModel.BundlePath, cancellationToken: cancellationToken);
        List<string> wrong = new();
        AgentSession? session = null;
        foreach (string[]? row in rows)
        {
            if (row[0] != "-")
            {
                session = new(
                    model, ChatEndpoint.From(_ => null), new AgentOptions(null, ScenesModel.BundlePath, true, null, tiny.NewFolder(), VisionPrompts.DefaultFolder), new SampleConsole());
                await session.OpenPictureAsync(Path.Combine(AppContext.BaseDirectory, "images", row[0] + ".png"), cancellationToken);
            }

            await session!.AskAsync(row[1], cancellationToken);
            string said = session.History[^1].Content ?? string.Empty;
            bool right = row[2].Split(';').All(piece => piece.Split('/').Any(choice => said.Contains(choice, StringComparison.OrdinalIgnoreCase)))
                && !row[3].Split(';').Any(piece => said.Contains(piece, StringComparison.OrdinalIgnoreCase));
            string report = $"{(right ? "right" : "WRONG")} {row[0]}: {row[1]}\n{said}";
            output.WriteLine(report);
            if (!right)
            {
                wrong.Add(report);
            }
        }

        Assert.True(rows.Length - wrong.Count >= leastRight, string.Join("\n\n", wrong));
    }
}
