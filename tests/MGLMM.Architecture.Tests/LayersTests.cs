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
        ["MGLMM.Runtime"] = ("Abstractions Imaging", "Microsoft.ML.OnnxRuntime.Managed Microsoft.Extensions.Logging.Abstractions"),
        ["MGLMM.Conversion"] = ("Runtime", "Google.Protobuf Grpc.Tools"),
        ["MGLMM.Hub"] = ("Conversion", ""),
        ["MGLMM.Vision"] = ("Abstractions Imaging", "Microsoft.Extensions.AI.Abstractions Microsoft.Extensions.Logging.Abstractions SkiaSharp"),
        ["MGLMM.Hosting"] = (
            "Runtime Vision",
            "Microsoft.Extensions.Diagnostics.HealthChecks Microsoft.Extensions.Hosting.Abstractions Microsoft.Extensions.Options.ConfigurationExtensions"),
        ["MGLMM.Extensions.AI"] = ("Imaging", "Microsoft.Extensions.AI.Abstractions"),
        ["MGLMM.Mcp"] = ("Hosting", "ModelContextProtocol.AspNetCore"),
        ["MGLMM.Server"] = (
            "Extensions.AI Mcp",
            "Microsoft.Extensions.FileProviders.Embedded OpenTelemetry.Exporter.OpenTelemetryProtocol OpenTelemetry.Exporter.Prometheus.AspNetCore OpenTelemetry.Extensions.Hosting"),
        ["MGLMM.SemanticKernel"] = ("Hosting", "Microsoft.SemanticKernel.Core"),
        ["MGLMM.Data"] = ("Imaging", "Microsoft.Extensions.AI.Abstractions"),
        ["MGLMM.Evaluation"] = ("Data Imaging", ""),
        ["MGLMM.Models.Scenes"] = ("", ""),
    };

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
