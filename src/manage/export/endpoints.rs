//! A list as a file.

use std::future::ready;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use serde::Serialize;

use super::{Columns, Format};
use crate::db::DbError;

/// A file of rows, sent as they are read.
pub fn file<R: Serialize + 'static>(
    (format, columns, name): (Format, Columns, &str),
    pages: impl Stream<Item = Result<Vec<R>, DbError>> + 'static,
) -> HttpResponse {
    let head = stream::once(ready(Ok(format.head(columns))));
    let mut is_first = true;
    let rows = pages.map_ok(move |page| {
        let mut text = String::new();
        for row in &page {
            text.push_str(&format.row(columns, row, is_first));
            is_first = false;
        }
        text
    });
    let tail = stream::once(ready(Ok(format.tail().to_owned())));
    // A piece without bytes would end the answer.
    let pieces = head.chain(rows).chain(tail).try_filter(|piece| ready(!piece.is_empty()));
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_TYPE, format.media_type()))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{format}\"")))
        .streaming(pieces.map_ok(Bytes::from))
}
