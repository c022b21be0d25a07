using System.Text.Json;
using MGLMM.Imaging;
using MGLMM.Language;
using MGLMM.Models.Scenes;
using MGLMM.Runtime;
using MGLMM.SemanticKernel.Tests.Loopback;
using MGLMM.Vision;

namespace MGLMM.SemanticKernel.Tests.Agents;

/// <summary>
/// What people call things in the sample's pictures (<c>data/wordings.tsv</c>), asked of the embedded model over every framework in turn. What the model
/// finds is its own and may change. What is held: nothing is handed over as what was asked for that is not called so, and "there is none" is not said of a
/// word that the model does not know.
/// </summary>
public sealed class WordingsTests
{
    [Fact]
    public async Task What_is_found_is_what_was_asked_for_or_said_to_be_something_else()
    {
        (Surface Surface, bool Stream)[] surfaces = [.. Surfaces.All];
        using MglmmModel model = await MglmmModel.LoadAsync(ScenesModel.BundlePath);
        string[] lines = File.ReadAllLines(RepositoryRoot.Combine("tests", "MGLMM.SemanticKernel.Tests", "data", "wordings.tsv"));
        List<string> wrong = new();
        for (int index = 1; index < lines.Length; index++)
        {
            string[] row = lines[index].Split('\t');
            VisionToolset toolset = new(model);
            toolset.Workspace.AddImage(ImageDecoder.Decode(File.ReadAllBytes(RepositoryRoot.Combine("samples", "VisionAgent", "images", row[0]))), row[0], "png");
            (Surface surface, bool stream) = surfaces[index % surfaces.Length];
            JsonElement result = default;
            await Surfaces.RunAsync(surface, stream, toolset, Script);
            if (Fault(result, row[2].Split(' '), model.Card) is { } fault)
            {
                wrong.Add($"{row[0]}, {row[1]}, {surface}: {fault}\n{result}");
            }

            IEnumerable<ChatReply> Script(ScriptedChat chat)
            {
                yield return ChatReply.Call("refer", new { image = "img1", expression = row[1] });
                result = chat.Result.Clone();
                yield return ChatReply.Say("Done.");
            }
        }

        Assert.True(lines.Length > 50, "Rows are missing.");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>What is wrong with a result; null if nothing.</summary>
    /// <param name="result">The record.</param>
    /// <param name="meant">The nouns that answer the wording, in the singular; * for any.</param>
    /// <param name="card">What the model says of itself.</param>
    private static string? Fault(JsonElement result, string[] meant, ModelCard card)
    {
        if (result.TryGetProperty("code", out JsonElement code))
        {
            return $"an error: {code}";
        }

        bool unknown = result.TryGetProperty("unknown_word", out _), empty = result.TryGetProperty("empty", out _), other = result.TryGetProperty("asked", out _) && result.TryGetProperty("found", out _);
        if (unknown && empty)
        {
            return "a word that the model does not know is said not to be there";
        }

        if (empty && meant[0] != "*" && card.Vocabulary is { } known && !meant.Any(noun => known.Contains(noun) || card.Meanings?.ContainsKey(noun) == true))
        {
            return "nothing that the model could know is said not to be there";
        }

        string[] strange = [.. result.GetProperty("regions").EnumerateArray().Select(Phrase).Where(phrase => meant[0] != "*" && !EnglishPhrases.WordsOf(phrase).Select(EnglishNouns.Singular).Intersect(meant).Any())];
        return strange.Length > 0 && !other ? "taken for it without a word: " + string.Join(", ", strange) : null;
    }

    private static string Phrase(JsonElement region) => region.TryGetProperty("phrase", out JsonElement phrase) ? phrase.GetString()! : string.Empty;
}
