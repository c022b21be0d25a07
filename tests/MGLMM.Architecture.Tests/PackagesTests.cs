using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MGLMM.Architecture.Tests;

/// <summary>What can be held about the packages without making them; <c>.ci/consumer</c> makes and tries them.</summary>
public sealed partial class PackagesTests
{
    private static readonly string[] Templates = Directory.GetDirectories(RepositoryRoot.Combine("samples", "Templates", "content"));

    public static IEnumerable<TheoryDataRow<string>> Rows => Templates.Select(template => new TheoryDataRow<string>(Path.GetFileName(template)));

    [Theory]
    [MemberData(nameof(Libraries.Rows), MemberType = typeof(Libraries))]
    public void Every_library_says_what_it_is(string library)
    {
        XDocument project = XDocument.Load(RepositoryRoot.Combine("src", library, library + ".csproj"));
        Assert.NotEmpty(project.Descendants("Description").Single().Value);
        Assert.Empty(project.Descendants("IsPackable"));
    }

    /// <summary>A template is for a program outside: it names versions itself, and those are the ones that are tested here.</summary>
    [Theory]
    [MemberData(nameof(Rows))]
    public void A_template_asks_for_the_versions_that_are_tested_here(string template)
    {
        Dictionary<string, string> central = XDocument.Load(RepositoryRoot.Combine("Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(item => item.Attribute("Include")!.Value, item => item.Attribute("Version")!.Value);
        (string Name, string Version)[] asked = [.. XDocument.Load(Directory.GetFiles(RepositoryRoot.Combine("samples", "Templates", "content", template), "*.csproj").Single())
            .Descendants("PackageReference").Select(item => (item.Attribute("Include")!.Value, item.Attribute("Version")!.Value))];
        Assert.NotEmpty(asked);
        Assert.All(asked, package => Assert.Equal(package.Name.StartsWith("MGLMM.", StringComparison.Ordinal) ? "MGLMM-VERSION" : central[package.Name], package.Version));
        Assert.All(asked.Where(package => package.Version == "MGLMM-VERSION"), package => Assert.Contains(package.Name, Libraries.Names));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_template_is_named_as_its_folder_and_takes_the_packages_of_its_own_version(string template)
    {
        using JsonDocument definition = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("samples", "Templates", "content", template, ".template.config", "template.json")));
        Assert.Equal(template, definition.RootElement.GetProperty("shortName").GetString());
        JsonElement version = definition.RootElement.GetProperty("symbols").GetProperty("mglmmVersion");
        Assert.Equal(("MGLMM-PACKAGES", "MGLMM-VERSION"), (version.GetProperty("defaultValue").GetString(), version.GetProperty("replaces").GetString()));
    }

    /// <summary>A sample that is a template must not speak of this repository's folders, but where the template replaces the words.</summary>
    [Theory]
    [InlineData("mglmm-agent", "QuickStart")]
    [InlineData("mglmm-workflow", "InspectionWorkflow")]
    public void A_template_replaces_what_only_this_repository_has(string template, string sample)
    {
        using JsonDocument definition = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("samples", "Templates", "content", template, ".template.config", "template.json")));
        string[] replaced = [.. definition.RootElement.GetProperty("symbols").EnumerateObject().Select(symbol => symbol.Value.GetProperty("replaces").GetString()!)];
        foreach (string file in Directory.EnumerateFiles(RepositoryRoot.Combine("samples", sample), "*.cs", SearchOption.AllDirectories).Where(file => !Built().IsMatch(file)))
        {
            string text = replaced.Aggregate(File.ReadAllText(file), (left, words) => left.Replace(words, string.Empty, StringComparison.Ordinal));
            Assert.DoesNotContain("samples/", text, StringComparison.Ordinal);
            Assert.DoesNotContain("MGLMM.Samples", text, StringComparison.Ordinal);
        }
    }

    [GeneratedRegex(@"[\\/](bin|obj)[\\/]")]
    private static partial Regex Built();
}
