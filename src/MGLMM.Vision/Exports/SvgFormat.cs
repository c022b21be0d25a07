using System.Globalization;
using System.Text;
using System.Xml;
using MGLMM.Masks;

namespace MGLMM.Vision.Exports;

/// <summary>
/// Regions as paths of an SVG picture of the photo's size, in the colours of the other pictures, the smaller on top. Holes are holes
/// (even-odd rule); each path's title is handle and phrase. Outlines are simplified by up to 1 px: it is a picture, for people.
/// </summary>
internal sealed class SvgFormat : IExportFormat
{
    private const string Namespace = "http://www.w3.org/2000/svg";

    public string Name => "svg";

    public string Description => "SVG paths in colours, for people: outlines simplified by up to 1 px.";

    public ExportedFile Write(ExportRequest request, CancellationToken cancellationToken = default)
    {
        using LimitedStream stream = new(request.MaximumBytes);
        using (XmlWriter xml = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true }))
        {
            xml.WriteStartElement("svg", Namespace);
            xml.WriteAttributeString("width", Number(request.Width));
            xml.WriteAttributeString("height", Number(request.Height));
            xml.WriteAttributeString("viewBox", $"0 0 {Number(request.Width)} {Number(request.Height)}");
            xml.WriteElementString("title", Namespace, Text($"Regions of {request.PictureName}"));
            string line = Number(Math.Round(Math.Clamp(Math.Max(request.Width, request.Height) / 320.0, 1, 8), 2));
            foreach (ExportRegion? region in request.Regions.OrderByDescending(region => region.Mask.Area))
            {
                string color = region.Color.ToString();
                xml.WriteStartElement("path", Namespace);
                xml.WriteAttributeString("id", region.Handle);
                xml.WriteAttributeString("fill", color);
                xml.WriteAttributeString("fill-opacity", "0.45");
                xml.WriteAttributeString("fill-rule", "evenodd");
                xml.WriteAttributeString("stroke", color);
                xml.WriteAttributeString("stroke-width", line);
                xml.WriteAttributeString("stroke-linejoin", "round");
                xml.WriteAttributeString("d", PathOf(SimplifiedOutline.Of(region.Mask)));
                xml.WriteElementString("title", Namespace, Text(region.Phrase is null ? region.Handle : $"{region.Handle} {region.Phrase}"));
                xml.WriteEndElement();
                cancellationToken.ThrowIfCancellationRequested();
                xml.Flush();
            }

            xml.WriteEndElement();
        }

        return new("regions.svg", ExportedFile.Svg, stream.ToArray());
    }

    private static string PathOf(IReadOnlyList<MaskPolygon> polygons)
    {
        StringBuilder path = new();
        foreach (MaskPolygon polygon in polygons)
        {
            Add(polygon.Outer);
            foreach (IReadOnlyList<MaskPoint> hole in polygon.Holes)
            {
                Add(hole);
            }
        }

        return path.ToString();

        void Add(IReadOnlyList<MaskPoint> ring)
        {
            for (int index = 0; index < ring.Count; index++)
            {
                path.Append(index == 0 ? 'M' : 'L').Append(Number(ring[index].X)).Append(' ').Append(Number(ring[index].Y));
            }

            path.Append('Z');
        }
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Without the few characters that XML cannot hold.</summary>
    private static string Text(string text) =>
        string.Concat(text.EnumerateRunes().Where(rune => rune.Value is not (0xFFFE or 0xFFFF)).Select(rune => rune.ToString()));
}
