using System.Text.Json;
using MGLMM.Data.Import;
using MGLMM.Data.SegCap;

namespace MGLMM.Data.Tests.Import;

/// <summary>Every kind's fixture against the masks that pycocotools, OpenCV and numpy made of it: <c>data/fixtures/expected.json</c>.</summary>
public sealed class FixtureTests
{
    public static TheoryData<string> Expectations()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Data.PathOf("fixtures/expected.json")));
        return [.. document.RootElement.EnumerateObject().Select(entry => entry.Name)];
    }

    [Theory]
    [MemberData(nameof(Expectations))]
    public void Masks_are_those_of_the_reference_programs(string expectation)
    {
        (string? kind, string? purpose) = (expectation.Split(' ')[0], expectation.Split(' ')[1]);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Data.PathOf("fixtures/expected.json")));
        JsonElement expected = document.RootElement.GetProperty(expectation);
        (ImportReport _, IReadOnlyList<SegCapSample>? samples) = Fixtures.Import(kind, purpose == "training" ? ImportPurpose.Training : ImportPurpose.Evaluation);
        Assert.Equal(expected.EnumerateObject().Select(entry => entry.Name).Order(StringComparer.Ordinal), samples.Select(sample => sample.Id).Order(StringComparer.Ordinal));
        foreach (SegCapSample sample in samples)
        {
            JsonElement wanted = expected.GetProperty(sample.Id);
            Assert.Equal(
                wanted.GetProperty("turns").EnumerateArray().Select(turn => string.Join(' ', turn.EnumerateArray().Select(mask => mask.GetString()))),
                sample.Questions().Select(question => string.Join(' ', question.Masks.Select(mask => mask.Counts))));
            Assert.Equal(wanted.GetProperty("ignore").GetString(), sample.Ignore?.Counts);
        }
    }

    [Fact]
    public void Every_kind_has_a_fixture()
    {
        Assert.Equal(DatasetKinds.Names.Order(StringComparer.Ordinal), Fixtures.Folders.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_gives_a_file_that_the_check_finds_nothing_wrong_with(string kind)
    {
        foreach (ImportPurpose purpose in (ImportPurpose[])[ImportPurpose.Training, ImportPurpose.Evaluation])
        {
            using TemporaryFolder folder = new();
            ImportReport report = DatasetImporter.Run(Fixtures.Options(kind, folder.PathOf("deep/er/segcap.jsonl"), purpose));
            SegCapReport check = SegCapCheck.Run(report.Output, withPictures: !PicturesMissing.Contains(kind));
            Assert.True(check.FaultCount == 0, string.Join('\n', check.Faults));
            Assert.Equal((report.Samples, report.Questions, report.Masks), (check.Counts.Samples, check.Counts.Questions, check.Counts.Masks));
            Assert.Equal(["2"], check.Counts.Versions.Keys);
            Assert.Empty(check.Counts.UnknownFields);
            Assert.Equal(["segcap.jsonl"], Directory.GetFiles(folder.PathOf("deep/er")).Select(Path.GetFileName));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_same_seed_gives_the_same_bytes(string kind)
    {
        using TemporaryFolder folder = new();
        string[] files = ((string[])["a", "b"]).Select(name => DatasetImporter.Run(Fixtures.Options(kind, folder.PathOf(name + ".jsonl"), ImportPurpose.Training)).Output).ToArray();
        Assert.Equal(File.ReadAllBytes(files[0]), File.ReadAllBytes(files[1]));
    }

    /// <summary>Kinds whose fixtures lack a picture on purpose, or name one of another size.</summary>
    private static readonly string[] PicturesMissing = ["coco-instances", "coco-captions", "coco-stuff", "ade20k", "paco", "muse", "dci"];

    public static TheoryData<string> Kinds() => [.. Fixtures.Folders.Keys];
}
