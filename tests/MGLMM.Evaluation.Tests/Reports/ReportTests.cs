using System.Text.Json;
using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Metrics;
using MGLMM.Evaluation.Pictures;
using MGLMM.Evaluation.Reports;

namespace MGLMM.Evaluation.Tests.Reports;

public sealed class ReportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-report-").FullName;

    [Fact]
    public void Json_holds_counts_and_metrics_by_task_and_all_else_apart()
    {
        using JsonDocument json = JsonDocument.Parse(EvaluationJson.Write(Result(0.75)));
        Assert.Equal(["tasks", "pairs", "further", "intervals", "granularities", "run"], json.RootElement.EnumerateObject().Select(member => member.Name));
        JsonElement tasks = json.RootElement.GetProperty("tasks");
        Assert.Equal("""{"count":3,"giou":0.75}""", JsonSerializer.Serialize(tasks.GetProperty("refer_one")));
        Assert.Equal(["refer_one"], tasks.EnumerateObject().Select(member => member.Name));
        Assert.Equal("""{"count":4,"accuracy":0.5,"says_yes":1}""", JsonSerializer.Serialize(json.RootElement.GetProperty("pairs").GetProperty("kind")));
        Assert.Equal("""{"refer_one":{"giou":[0.5,1]},"pair kind":{}}""", JsonSerializer.Serialize(json.RootElement.GetProperty("intervals")));
        Assert.Equal("""{"part":{"count":1,"giou":0.25}}""", JsonSerializer.Serialize(json.RootElement.GetProperty("granularities").GetProperty("refer_one")));
    }

    [Fact]
    public void The_page_shows_other_evaluations_beside_this_one()
    {
        string other = Path.Combine(_folder, "shuffled.json");
        File.WriteAllText(other, EvaluationJson.Write(Result(0.25)));
        string page = MarkdownReport.Write(Result(0.75), [Comparison.Parse(other), Comparison.Parse("other words=" + other)], _folder);
        Assert.Contains("| task | metric | this | shuffled | other words |", page, StringComparison.Ordinal);
        Assert.Contains("| refer_one | giou | 0.750 | 0.250 (-0.500) | 0.250 (-0.500) |", page, StringComparison.Ordinal);
        Assert.Contains("| pair kind | accuracy | 0.500 | 0.500 (0.000) | 0.500 (0.000) |", page, StringComparison.Ordinal);
        Assert.Contains("| refer_one | 3 | 0.750 (0.500 to 1.000) |", page, StringComparison.Ordinal);
        Assert.Contains("| refer_one: part | 1 | 0.250 |", page, StringComparison.Ordinal);
        Assert.Contains("| kind | 4 | 0.500 |  | 1.000 |", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', page);
    }

    [Theory]
    [InlineData(EvaluationProtocol.Own, "**own**", "do not compare with a paper's")]
    [InlineData(EvaluationProtocol.Mglmm, "**mglmm**", "Recall compares phrases by exact words; the papers' by `bert-base-uncased`")]
    [InlineData(EvaluationProtocol.Lisa, "**lisa**", "take ignored pixels for background: they do not compare")]
    [InlineData(EvaluationProtocol.Rela, "**rela**", "score the first sentence of each reference")]
    [InlineData(EvaluationProtocol.Coco, "**coco**", "void and crowds")]
    public void The_page_and_the_json_name_the_protocol_and_what_does_not_compare(EvaluationProtocol protocol, string name, string note)
    {
        EvaluationResult result = Result(0.75);
        result = result with { Run = result.Run with { Protocol = protocol, TextSimilarity = protocol == EvaluationProtocol.Mglmm ? "exact words" : null } };
        string page = MarkdownReport.Write(result, [], _folder);
        Assert.Contains(name, page, StringComparison.Ordinal);
        Assert.Contains(note, page, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(EvaluationJson.Write(result));
        Assert.Equal(name.Trim('*'), json.RootElement.GetProperty("run").GetProperty("protocol").GetString());
    }

    [Fact]
    public void Pictures_are_linked_from_where_the_page_lies_and_words_are_no_markup()
    {
        Example example = new(
            "refer_one",
            ExampleRank.Worst,
            "1_2",
            0.5,
            [new SegCapTurn("And *before*?", "It <p>  </p> [SEG] was.")],
            "Where is <b>it</b>?",
            "It is <p> a red car </p> [SEG] .",
            "<p> a [x](http://x) | car </p> [SEG] , too</s>",
            Path.Combine(_folder, "my sheet", "refer_one-worst.png"));
        string page = MarkdownReport.WriteExamples([example], Path.Combine(_folder, "docs"));
        Assert.Contains("![refer_one, worst](../my%20sheet/refer_one-worst.png)", page, StringComparison.Ordinal);
        Assert.Contains(@"> Where is \<b\>it\</b\>?", page, StringComparison.Ordinal);
        Assert.Contains("> Truth: It is **a red car**.", page, StringComparison.Ordinal);
        Assert.Contains(@"> Answer: **a \[x\](http://x) \| car**, too", page, StringComparison.Ordinal);
        Assert.Contains(@"> Before: And \*before\*? It was.", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("[]")]
    [InlineData("{\"tasks\":{\"a\":{\"miou\":\"much\"}}}")]
    public void What_is_no_result_cannot_be_compared(string content)
    {
        string path = Path.Combine(_folder, "other.json");
        File.WriteAllText(path, content);
        Assert.Contains("other.json", Assert.Throws<InvalidDataException>(() => Comparison.Parse(path)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static EvaluationResult Result(double value) => new(
        new EvaluationRun("tiny", "fp32", "segcap.jsonl", 7, 2, Shuffled: false, 7, TimeSpan.FromSeconds(1)),
        new Dictionary<string, TaskResult> { ["refer_one"] = new(3, [new Metric("giou", value, 0.5, 1)], []) },
        new Dictionary<string, IReadOnlyDictionary<string, TaskResult>> { ["refer_one"] = new Dictionary<string, TaskResult> { ["part"] = new(1, [new Metric("giou", 0.25, null, null)], []) } },
        new Dictionary<string, TaskResult> { ["kind"] = new(4, [new Metric("accuracy", 0.5, null, null)], [new Metric("says_yes", 1, null, null)]) },
        []);
}
