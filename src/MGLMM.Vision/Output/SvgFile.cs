using System.Globalization;
using System.Text;
using System.Xml;
using MGLMM.Imaging;
using MGLMM.Masks;

namespace MGLMM.Vision.Output;

/// <summary>
/// Regions as paths of an SVG picture of the photo's size, in the colours of the other pictures, the smaller on top. Holes are holes
/// (even-odd rule); each path's title is handle and phrase.
/// </summary>
internal static class SvgFile
{
    private const string Namespace = "http://www.w3.org/2000/svg";

    public static MadeFile Of(VisionImage image, IReadOnlyList<VisionRegion> regions, long maximumBytes, CancellationToken cancellationToken)
    {
        using var stream = new LimitedStream(maximumBytes);
        using (var xml = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true }))
        {
            xml.WriteStartElement("svg", Namespace);
            xml.WriteAttributeString("width", Number(image.Width));
            xml.WriteAttributeString("height", Number(image.Height));
            xml.WriteAttributeString("viewBox", $"0 0 {Number(image.Width)} {Number(image.Height)}");
            xml.WriteElementString("title", Namespace, Text($"Regions of {image.Name}"));
            var line = Number(Math.Round(Math.Clamp(Math.Max(image.Width, image.Height) / 320.0, 1, 8), 2));
            foreach (var region in regions.OrderByDescending(region => region.Mask.Area))
            {
                var color = OverlayPalette.ColorOf(region.ColorIndex).ToString();
                xml.WriteStartElement("path", Namespace);
                xml.WriteAttributeString("id", region.Handle);
                xml.WriteAttributeString("fill", color);
                xml.WriteAttributeString("fill-opacity", "0.45");
                xml.WriteAttributeString("fill-rule", "evenodd");
                xml.WriteAttributeString("stroke", color);
                xml.WriteAttributeString("stroke-width", line);
                xml.WriteAttributeString("stroke-linejoin", "round");
                xml.WriteAttributeString("d", PathOf(RegionOutline.Of(region.Mask)));
                xml.WriteElementString("title", Namespace, Text(region.Phrase is null ? region.Handle : $"{region.Handle} {region.Phrase}"));
                xml.WriteEndElement();
                cancellationToken.ThrowIfCancellationRequested();
                xml.Flush();
            }

            xml.WriteEndElement();
        }

        return new("regions.svg", MadeFile.Svg, stream.ToArray());
    }

    private static string PathOf(IReadOnlyList<MaskPolygon> polygons)
    {
        var path = new StringBuilder();
        foreach (var polygon in polygons)
        {
            Add(polygon.Outer);
            foreach (var hole in polygon.Holes)
            {
                Add(hole);
            }
        }

        return path.ToString();

        void Add(IReadOnlyList<MaskPoint> ring)
        {
            for (var index = 0; index < ring.Count; index++)
            {
                path.Append(index == 0 ? 'M' : 'L').Append(Number(ring[index].X)).Append(' ').Append(Number(ring[index].Y));
            }

            path.Append('Z');
        }
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Without the few characters that XML cannot hold.</summary>
    private static string Text(string text) =>
        string.Concat(JsonFile.Text(text).EnumerateRunes().Where(rune => rune.Value is not (0xFFFE or 0xFFFF)).Select(rune => rune.ToString()));
}
