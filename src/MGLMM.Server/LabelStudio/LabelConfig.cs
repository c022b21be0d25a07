using System.Xml;
using System.Xml.Linq;

namespace MGLMM.Server.LabelStudio;

/// <summary>What a project's labelling setup says of a brush over a picture: its names, its labels, and where a task has the picture.</summary>
/// <param name="From">The control's name, such as <c>tag</c>.</param>
/// <param name="To">The picture's name, such as <c>image</c>.</param>
/// <param name="DataKey">The task's field with the picture's address; the first of a picture where the setup names none.</param>
/// <param name="Labels">The labels in order, with the words to look for where the setup gives some (<c>hint</c>).</param>
internal sealed record LabelConfig(string From, string To, string? DataKey, IReadOnlyList<LabelConfig.Label> Labels)
{
    private const int LongestXml = 1 << 20;

    /// <summary>Reads a setup.</summary>
    /// <exception cref="ArgumentException">It is no setup with brush labels over a picture.</exception>
    public static LabelConfig Parse(string? xml)
    {
        if (string.IsNullOrWhiteSpace(xml) || xml.Length > LongestXml)
        {
            throw new ArgumentException("The project's labelling setup is missing or too long.");
        }

        XDocument setup;
        try
        {
            using XmlReader reader = XmlReader.Create(new StringReader(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            setup = XDocument.Load(reader);
        }
        catch (XmlException)
        {
            throw new ArgumentException("The project's labelling setup is no XML.");
        }

        XElement brush = setup.Descendants("BrushLabels").FirstOrDefault(control => Text(control, "name") is not null && Text(control, "toName") is not null)
            ?? throw new ArgumentException("The project's labelling setup has no <BrushLabels name=\"...\" toName=\"...\">, which masks need.");
        string to = Text(brush, "toName")!;
        XElement? image = setup.Descendants("Image").FirstOrDefault(element => Text(element, "name") == to);
        return new LabelConfig(
            Text(brush, "name")!,
            to,
            Text(image, "value")?.TrimStart('$'),
            [.. brush.Descendants("Label").Where(label => Text(label, "value") is not null).Select(label => new Label(Text(label, "value")!, Text(label, "hint")))]);
    }

    private static string? Text(XElement? element, string attribute) => element?.Attribute(attribute)?.Value is { Length: > 0 } value ? value : null;

    /// <summary>A label and, where the setup has one, the expression to look for instead of its name.</summary>
    internal sealed record Label(string Value, string? Hint)
    {
        public string Expression => Hint ?? Value;
    }
}
