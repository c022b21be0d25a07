using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using MGLMM.Samples.InspectionWorkflow;

namespace MGLMM.Samples.Tests;

/// <summary>The sample as a template, whose namespace is the name that somebody gives the project.</summary>
public sealed partial class TemplateTests
{
    /// <summary>
    /// A namespace hides a type of the same name: a project called "Workflow" or "Inspection" would not compile. The template gives such a name's namespace another one, whatever type of the sample or of
    /// the libraries its code names.
    /// </summary>
    [Fact]
    public void A_project_called_as_a_type_gets_another_namespace()
    {
        using JsonDocument template = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("samples", "Templates", "content", "mglmm-workflow", ".template.config", "template.json")));
        JsonElement form = template.RootElement.GetProperty("forms").GetProperty("no_type");
        string NamespaceOf(string project) => Regex.Replace(project, form.GetProperty("pattern").GetString()!, form.GetProperty("replacement").GetString()!);
        string code = string.Join('\n', Directory.EnumerateFiles(RepositoryRoot.Combine("samples", "InspectionWorkflow"), "*.cs", SearchOption.AllDirectories).Where(file => !Built().IsMatch(file)).Select(File.ReadAllText));
        HashSet<string> words = [.. Word().Matches(code).Select(match => match.Value)];
        Assembly sample = typeof(Inspection).Assembly;
        string[] types = [.. sample.GetReferencedAssemblies().Where(name => !name.Name!.StartsWith("System", StringComparison.Ordinal)).Select(Assembly.Load).SelectMany(library => library.GetExportedTypes())
            .Concat(sample.GetTypes().Where(type => type.Namespace is not null))
            .Where(type => !type.IsNested).Select(type => type.Name.Split('`')[0]).Where(words.Contains).Distinct().Order(StringComparer.Ordinal)];
        Assert.Contains("Workflow", types);
        Assert.Contains("Inspection", types);
        Assert.Equal(types.Select(type => type + "App"), types.Select(NamespaceOf));
        Assert.Equal("MyWorkflow", NamespaceOf("MyWorkflow"));
    }

    [GeneratedRegex(@"[\\/](bin|obj)[\\/]")]
    private static partial Regex Built();

    [GeneratedRegex(@"\b[A-Z]\w*\b")]
    private static partial Regex Word();
}
