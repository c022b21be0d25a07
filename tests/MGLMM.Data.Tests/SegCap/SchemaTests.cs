using System.Text.Json;
using MGLMM.Data.Import;
using MGLMM.Data.Tests.Import;

namespace MGLMM.Data.Tests.SegCap;

/// <summary>The schema of the documentation and the reader agree, as far as a schema can say it.</summary>
public sealed class SchemaTests
{
    private const string Version1 = """{"id":"a","image":"a.png","width":6,"height":4,"task":"list","instruction":"Find it.","answer":"<p> it </p> [SEG] .","masks":[{"size":[4,6],"counts":"48<"}],"labels":["it"],"parents":[null]}""";
    private const string Version2 = """{"id":"a","version":2,"image":"a.png","width":6,"height":4,"task":"list","instruction":"x","answer":"y"}""";

    private static readonly JsonSchema Schema = new(JsonDocument.Parse(File.ReadAllBytes(Data.PathOf("../segcap.schema.json"))).RootElement);

    [Theory]
    [MemberData(nameof(FixtureTests.Kinds), MemberType = typeof(FixtureTests))]
    public void Whatever_is_imported_is_valid(string kind)
    {
        foreach (ImportPurpose purpose in (ImportPurpose[])[ImportPurpose.Training, ImportPurpose.Evaluation])
        {
            using TemporaryFolder folder = new();
            ImportReport report = DatasetImporter.Run(Fixtures.Options(kind, folder.PathOf("segcap.jsonl"), purpose));
            Assert.All(File.ReadLines(report.Output), line => Assert.True(Accepts(line), line));
        }
    }

    [Theory]
    [InlineData(true, Version1)]
    [InlineData(true, Version2)]
    [InlineData(false, "{}")]
    [InlineData(false, """{"id":1,"image":"a.png","width":6,"height":4,"task":"list","instruction":"x","answer":"y"}""")]
    [InlineData(false, """{"id":"a","image":"a.png","width":0,"height":4,"task":"list","instruction":"x","answer":"y"}""")]
    [InlineData(false, """{"id":"a","version":3,"image":"a.png","width":6,"height":4,"task":"list","instruction":"x","answer":"y"}""")]
    [InlineData(false, """{"id":"a","version":2,"image":"a.png","width":6,"height":4,"task":"list"}""")]
    [InlineData(false, """{"id":"a","version":2,"image":"a.png","width":6,"height":4,"task":"list","turns":[]}""")]
    [InlineData(false, """{"id":"a","version":2,"image":"a.png","width":6,"height":4,"task":"list","instruction":"x","answer":"y","turns":[{"instruction":"x","answer":"y"}]}""")]
    [InlineData(false, """{"id":"a","version":2,"image":"a.png","width":6,"height":4,"task":"list","instruction":"x","answer":"y","target":"some"}""")]
    [InlineData(false, """{"id":"a","version":2,"image":"a.png","width":6,"height":4,"task":"list","instruction":"x","answer":"y","regions":[{"id":"1","label":"x"}]}""")]
    [InlineData(false, """{"id":"a","version":2,"image":"a.png","width":6,"height":4,"task":"list","instruction":"x","answer":"y","source":{"split":"val"}}""")]
    [InlineData(true, """{"id":"a","image":"a.png","width":6,"height":4,"task":"list","instruction":"x","answer":"y","source":"a field of somebody's own"}""")]
    public void The_schema_accepts_what_the_reader_accepts(bool valid, string line)
    {
        Assert.Equal(valid, Accepts(line));
        using TemporaryFolder folder = new();
        string path = folder.Write("segcap.jsonl", line);
        Assert.Equal(valid, Record.Exception(() => MGLMM.Data.SegCap.SegCapFile.Read(path)) is null);
    }

    private static bool Accepts(string line) => Schema.Accepts(JsonDocument.Parse(line).RootElement);
}
