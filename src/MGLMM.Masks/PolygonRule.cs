namespace MGLMM.Masks;

/// <summary>What the points of a polygon mean, and which pixels it covers.</summary>
public enum PolygonRule
{
    /// <summary>
    /// Points lie on the image plane, where a pixel is a square (see <see cref="MaskPoint"/>): COCO, GeoJSON, SVG, a pointer's path. A pixel is covered
    /// where its centre lies inside.
    /// </summary>
    PixelEdges = 0,

    /// <summary>
    /// Points name pixels, fractions are cut off: OpenCV, Pillow, labelme, Ultralytics. A pixel is covered where its centre lies inside, or where
    /// the outline passes it, so that three times the same point is one pixel.
    /// </summary>
    PixelCentres = 1,
}
