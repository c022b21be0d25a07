using System.Xml.Linq;

namespace MGLMM.Architecture.Tests;

/// <summary>No layer looks back up, and libraries bring no native runtime and no framework that they do not need.</summary>
public sealed class LayersTests
{
    /// <summary>What each library may reference of this repository, and of others. The picture of docs/architecture.md in words.</summary>
    private static readonly Dictionary<string, (string Projects, string Packages)> Allowed = new(StringComparer.Ordinal)
    {
        ["MGLMM.Masks"] = ("", ""),
        ["MGLMM.Abstractions"] = ("Masks", ""),
        ["MGLMM.Imaging"] = ("Abstractions", "SkiaSharp"),
        ["MGLMM.Imaging.ImageSharp"] = ("Abstractions", "SixLabors.ImageSharp"),
        ["MGLMM.Runtime"] = ("Abstractions Imaging", "Iced Microsoft.ML.OnnxRuntime.Managed Microsoft.ML.Tokenizers Microsoft.Extensions.Logging.Abstractions"),
        ["MGLMM.Conversion"] = ("Runtime", "Google.Protobuf Grpc.Tools"),
        ["MGLMM.Hub"] = ("Conversion", ""),
        ["MGLMM.Vision"] = ("Abstractions Imaging", "Microsoft.Extensions.AI.Abstractions Microsoft.Extensions.Logging.Abstractions"),
        ["MGLMM.Hosting"] = (
            "Runtime Vision",
            "Microsoft.Extensions.Diagnostics.HealthChecks Microsoft.Extensions.Hosting.Abstractions Microsoft.Extensions.Options.ConfigurationExtensions"),
        ["MGLMM.Orleans"] = (
            "Hosting",
            "Microsoft.Orleans.Client Microsoft.Orleans.Clustering.Redis Microsoft.Orleans.Connections.Security Microsoft.Orleans.Persistence.Redis Microsoft.Orleans.Sdk Microsoft.Orleans.Server StackExchange.Redis"),
        ["MGLMM.AgentFramework"] = ("Hosting", "Microsoft.Agents.AI.Abstractions"),
        ["MGLMM.Extensions.AI"] = ("Imaging", "Microsoft.Extensions.AI.Abstractions"),
        ["MGLMM.Planning"] = ("Vision", "Microsoft.Extensions.AI.OpenAI OpenAI"),
        ["MGLMM.Mcp"] = ("Hosting", "ModelContextProtocol.AspNetCore"),
        ["MGLMM.Server"] = (
            "Extensions.AI Mcp Planning",
            "Microsoft.Extensions.AI Microsoft.Extensions.FileProviders.Embedded OpenTelemetry.Exporter.OpenTelemetryProtocol OpenTelemetry.Exporter.Prometheus.AspNetCore OpenTelemetry.Extensions.Hosting"),
        ["MGLMM.SemanticKernel"] = ("Hosting", "Microsoft.SemanticKernel.Core"),
        ["MGLMM.Data"] = ("Imaging", "Microsoft.Extensions.AI.Abstractions"),
        ["MGLMM.Evaluation"] = ("Data Imaging", ""),
        ["MGLMM.Models.Scenes"] = ("", ""),
    };

    /// <summary>
    /// Whose internals which other library reads, and for what. The picture's memory with room behind it, for code that computes in vectors; the memory that all decoders share; the tokenizer's file, which
    /// the converter checks before it writes; files that are converted while they arrive; the words of a text that a name stands in, for the evaluation. Adapters of tools stand on what everybody can use.
    /// </summary>
    private static readonly string[] Confidants =
    [
        "MGLMM.Abstractions to MGLMM.Imaging",
        "MGLMM.Abstractions to MGLMM.Imaging.ImageSharp",
        "MGLMM.Abstractions to MGLMM.Runtime",
        "MGLMM.Conversion to MGLMM.Hub",
        "MGLMM.Data to MGLMM.Evaluation",
        "MGLMM.Runtime to MGLMM.Conversion",
    ];

    [Fact]
    public void Internals_are_open_to_tests_and_to_few_others() => Assert.Equal(
        Confidants,
        Libraries.Names.SelectMany(library => Includes(XDocument.Load(RepositoryRoot.Combine("src", library, library + ".csproj")), "InternalsVisibleTo")
            .Where(friend => Libraries.Names.Contains(friend))
            .Select(friend => $"{library} to {friend}")).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_library_has_its_place() => Assert.Equal(Libraries.Names, Allowed.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Libraries.Rows), MemberType = typeof(Libraries))]
    public void A_layer_references_only_what_lies_below(string library)
    {
        (string projects, string packages) = Allowed[library];
        XDocument project = XDocument.Load(RepositoryRoot.Combine("src", library, library + ".csproj"));
        Assert.Empty(Includes(project, "ProjectReference").Select(path => path[(path.LastIndexOf('\\') + 1)..^".csproj".Length])
            .Except(Words(projects).Select(name => "MGLMM." + name)));
        Assert.Empty(Includes(project, "PackageReference").Except(Words(packages)));
    }

    [Theory]
    [MemberData(nameof(Libraries.Rows), MemberType = typeof(Libraries))]
    public void The_compiled_library_reaches_no_further(string library)
    {
        // What is below what is below may be used, a native package or a framework that nothing below brings may not.
        HashSet<string> below = Below(library).ToHashSet(StringComparer.Ordinal);
        IEnumerable<string> referenced = Libraries.Load(library).GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("MGLMM.", StringComparison.Ordinal));
        Assert.Empty(referenced.Except(below));
    }

    private static IEnumerable<string> Below(string library) =>
        Words(Allowed[library].Projects).Select(name => "MGLMM." + name).SelectMany(name => Below(name).Prepend(name));

    private static IEnumerable<string> Includes(XDocument project, string item) => project.Descendants(item).Where(element => element.Attribute("ReferenceOutputAssembly")?.Value != "false").Select(element => element.Attribute("Include")!.Value);

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
